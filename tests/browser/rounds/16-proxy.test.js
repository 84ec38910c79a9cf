import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { SETTINGS, device, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";

describe("acting for a patient", () => {
  let house;
  let browser;
  before(async () => {
    [house, browser] = await Promise.all([openHouse(), openBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await house?.stop();
  });
  afterEach(putAway);

  for (const setting of SETTINGS) {
    test(`a father acts for his daughter, under both names, and stops; by keyboard (${nameOf(setting)})`, async () => {
      const peter = await device(browser, house, setting);
      const { page, t } = peter;
      await signIn(peter, "peter");
      await page.goto("/");
      await page.waitForURL(/\/own$/);
      const mine = page.getByRole("table", { name: t("own.byMe") });
      await mine.getByText("Sofie de Boer").waitFor();
      await mine.getByText("Daan de Boer").waitFor();
      await look(peter, "16-own");

      await mine.getByRole("button", { name: t("own.actFor", { name: "Sofie de Boer" }) }).press("Enter");
      await page.getByRole("heading", { name: t("own.titleFor", { name: "Sofie de Boer" }), level: 1 }).waitFor();
      const banner = page.getByRole("complementary", { name: t("acting.label") });
      await banner.getByText(t("acting.now", { name: "Sofie de Boer" })).waitFor();
      await page.getByText("P-20431").waitFor();
      const looks = page.getByRole("table", { name: t("looked.title") });
      const both = setting.language === "nl" ? "Peter de Boer namens Sofie de Boer" : "Peter de Boer on behalf of Sofie de Boer";
      await looks.getByText(both).first().waitFor();
      await looks.getByText(t("ground.proxy")).first().waitFor();
      assert.ok(!(await page.content()).includes("P-20432"), "nothing of her brother");
      await look(peter, "16-acting");

      await banner.getByRole("button", { name: t("acting.stop") }).press("Enter");
      await banner.waitFor({ state: "detached" });
      await mine.getByText("Daan de Boer").waitFor();
      assert.ok(!(await page.content()).includes("P-20431"), "what was hers is gone from the page");
      await peter.close();
    });
  }

  test("the security officer sets from which age on who may act", async () => {
    const sara = await device(browser, house, SETTINGS[0]);
    const { page, t } = sara;
    await signIn(sara, "sara");
    await page.goto("/admin/security");
    await page.getByRole("heading", { name: t("ages.title") }).waitFor();
    const second = page.getByRole("group", { name: t("ages.band", { n: 2 }) });
    await second.getByLabel(t("ages.from")).fill("17");
    await page.getByText(t("ages.unsound")).waitFor();
    await second.getByLabel(t("ages.from")).fill("13");
    await page.getByText(t("ages.unsound")).waitFor({ state: "detached" });
    await look(sara, "16-ages");
    await page.getByLabel(t("policy.note")).fill("As in England");
    await page.getByRole("button", { name: t("policy.save") }).click();
    await page.getByText(t("security.saved")).first().waitFor();
    await sara.close();
  });
});
