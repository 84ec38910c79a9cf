/** Makes the picture of the README: a message to three kinds of recipients, with the live plan. */

import { join } from "node:path";
import { compose, file, saved, write } from "./acts.js";
import { device, openBrowser, signIn } from "./browser.js";
import { openHouse } from "./house.js";
import { ROOT } from "./places.js";

const house = await openHouse();
const browser = await openBrowser();
try {
  const anna = await device(browser, house, { screen: "desktop", language: "en" });
  const { page, t } = anna;
  await signIn(anna, "anna");
  await page.goto("/");
  await compose(anna);
  const field = page.getByRole("combobox", { name: t("compose.add") });
  for (const name of ["Ben Carter", "Fatima"]) {
    await field.pressSequentially(name);
    await page.getByRole("option", { name: new RegExp(name) }).first().waitFor();
    await field.press("ArrowDown");
    await field.press("Enter");
  }
  await field.fill("Dr P. van Dam <p.vandam@zuiderkliniek.example>");
  await field.press("Enter");
  const confirm = page.getByRole("button", { name: t("compose.confirm") });
  await page.getByText(t("reason.partner_verified_tls")).waitFor();
  if (await confirm.isVisible()) await confirm.click();
  await write(anna, {
    subject: "Blood results and the plan from here",
    text: "Dear Mrs El Amrani, dear colleagues,\n\nThe HbA1c is 58 mmol/mol. We raise metformin to 1000 mg twice a day and check kidney function (BSN 111222333) in three months.",
    patient: "111222333",
    files: [file("Lab results.txt", "HbA1c 58 mmol/mol\neGFR 86 ml/min\n")],
  });
  await page.getByText(t("sensitivity.health"), { exact: true }).waitFor();
  await page.locator("footer [data-ready=true]").waitFor({ state: "attached" });
  await saved(anna);
  await page.evaluate(() => document.activeElement.blur());
  await page.screenshot({ path: join(ROOT, "docs/screenshot.png"), animations: "disabled", caret: "hide" });
  await anna.close();
} finally {
  await browser.close();
  await house.stop();
}
