import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { SETTINGS, device, get, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
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
      await mine.getByText("Daan de Boer").first().waitFor();
      await look(peter, "20-own");

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
      await look(peter, "20-acting");

      await banner.getByRole("button", { name: t("acting.stop") }).press("Enter");
      await banner.waitFor({ state: "detached" });
      await mine.getByText("Daan de Boer").first().waitFor();
      assert.ok(!(await page.content()).includes("P-20431"), "what was hers is gone from the page");
      await peter.close();
    });

    test(`the front desk registers and ends a proxy; the page that is open closes (${nameOf(setting)})`, async () => {
      const chantal = await device(browser, house, setting);
      const { page, t } = chantal;
      await signIn(chantal, "chantal");
      const found = await get(chantal, "/patients?q=P-20432");
      await page.goto(`/patients/${found.items[0].id}`);
      const table = page.getByRole("table", { name: t("proxy.title") });
      const row = table.getByRole("row").filter({ hasText: t("proxy.state.holds") });
      await row.getByText("Peter de Boer").waitFor();
      await look(chantal, "20-patient");

      const peter = await device(browser, house, setting);
      await signIn(peter, "peter");
      await peter.page.goto("/own");
      await peter.page.getByRole("button", { name: peter.t("own.actFor", { name: "Daan de Boer" }) }).click();
      await peter.page.getByText("P-20432").waitFor();
      await row.getByRole("button", { name: t("own.endOf", { name: "Peter de Boer" }) }).press("Enter");
      await peter.page.getByText(peter.t("acting.overHelp")).waitFor({ timeout: 3_000 });
      assert.ok(!(await peter.page.content()).includes("P-20432"), "nothing of him is left on the page");
      await look(peter, "20-over");
      await peter.page.getByRole("button", { name: peter.t("acting.stop") }).click();
      await peter.page.getByRole("table", { name: peter.t("own.byMe") }).getByText("Sofie de Boer").waitFor();

      await page.getByRole("button", { name: t("proxy.add") }).click();
      const dialog = page.getByRole("dialog", { name: t("proxy.add") });
      await dialog.getByLabel(t("proxy.login")).fill(house.accounts.peter.login);
      const inAYear = new Date(Date.now() + 365 * 86_400_000).toISOString().slice(0, 10);
      await dialog.getByLabel(t("mandate.lastDay")).fill(inAYear);
      await look(chantal, "20-register");
      await dialog.getByRole("button", { name: t("do.save") }).click();
      await dialog.waitFor({ state: "detached" });
      const waits = table.getByRole("row").filter({ hasText: t("proxy.state.waits_for_consent") });
      await waits.getByRole("button", { name: t("proxy.keepConsent") }).click();
      await row.first().waitFor();
      await Promise.all([chantal.close(), peter.close()]);
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
    await look(sara, "20-ages");
    await page.getByLabel(t("policy.note")).fill("As in England");
    await page.getByRole("button", { name: t("policy.save") }).click();
    await page.getByText(t("security.saved")).first().waitFor();
    await sara.close();
  });
});
