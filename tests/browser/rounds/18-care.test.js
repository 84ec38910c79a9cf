import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { download, lineOf } from "../lib/acts.js";
import { SETTINGS, device, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";

/** A letter in the diabetes team's mailbox about a patient for whom Ben does not care. */
const LETTER = "Uitslag glucose en nierfunctie";

describe("access follows care", () => {
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

  const teamMail = async (who) => {
    const mailbox = who.session.mailboxes.find((one) => one.address.startsWith("diabetes@"));
    await who.page.goto(`/mail/${mailbox.id}/inbox`);
    await who.page.getByRole("heading", { name: who.t("folder.inbox"), level: 1 }).waitFor();
  };

  for (const setting of SETTINGS) {
    test(`without a care relation the letter stays closed; in an emergency it opens, by keyboard (${nameOf(setting)})`, async () => {
      const ben = await device(browser, house, setting);
      const { page, t } = ben;
      await signIn(ben, "ben");
      await teamMail(ben);
      const closed = lineOf(ben, t("closed.title"));
      await closed.waitFor();
      assert.equal(await lineOf(ben, LETTER).count(), 0);
      assert.ok(!(await page.content()).includes("glucose"), "nothing of the letter is in the page");
      await look(ben, "18-closed-line");
      await closed.focus();
      await page.keyboard.press("Enter");
      await page.getByText(t("closed.help")).waitFor();
      await look(ben, "18-closed");

      await page.getByRole("button", { name: t("emergency.take") }).press("Enter");
      const dialog = page.getByRole("dialog", { name: t("emergency.title") });
      await dialog.waitFor();
      const open = dialog.getByRole("button", { name: t("emergency.open") });
      assert.ok(await open.isDisabled(), "without a reason it does not open");
      await dialog.getByLabel(t("emergency.reason")).fill("Patiënt belt met klachten");
      await look(ben, "18-emergency-dialog");
      await open.press("Enter");

      const banner = page.getByRole("complementary", { name: t("emergency.take") });
      await banner.getByText("Fatima El Amrani").waitFor();
      await page.getByRole("heading", { name: LETTER, level: 1 }).waitFor();
      await look(ben, "18-emergency-open");
      await page.goto("/settings");
      await banner.getByRole("button", { name: t("emergency.end") }).press("Enter");
      await banner.waitFor({ state: "detached" });
      await teamMail(ben);
      await lineOf(ben, t("closed.title")).waitFor();
      await ben.close();
    });

    test(`the front desk says who cares; the letter opens for them (${nameOf(setting)})`, async () => {
      const chantal = await device(browser, house, setting);
      const { page, t } = chantal;
      await signIn(chantal, "chantal");
      await page.goto("/patients");
      await page.getByLabel(t("care.find")).fill("111222333");
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: "Fatima El Amrani" }).waitFor();
      await look(chantal, "18-patients");
      await page.getByRole("link", { name: "Fatima El Amrani" }).click();
      await page.getByRole("heading", { name: "Fatima El Amrani", level: 1 }).waitFor();
      const table = page.getByRole("table", { name: t("relations.title") });
      await table.getByText("Anna de Vries").waitFor();
      await look(chantal, "18-patient");

      await page.getByRole("button", { name: t("relations.add") }).click();
      const dialog = page.getByRole("dialog", { name: t("relations.add") });
      await dialog.getByLabel(t("relations.kind")).selectOption("cover");
      const ben = house.accounts.ben.id;
      await dialog.getByLabel(t("relations.who"), { exact: true }).selectOption(ben);
      const week = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
      await dialog.getByLabel(t("relations.until")).fill(week);
      await look(chantal, "18-relation-dialog");
      await dialog.getByRole("button", { name: t("do.save") }).click();
      const row = table.getByRole("row").filter({ hasText: "Ben Carter" });
      await row.waitFor();

      const other = await device(browser, house, setting);
      await signIn(other, "ben");
      await teamMail(other);
      await lineOf(other, LETTER).waitFor();
      // What the relation opened closes with it, on the page that is open.
      await row.getByRole("button", { name: t("relations.endOf", { name: "Ben Carter" }) }).click();
      await row.waitFor({ state: "detached" });
      await lineOf(other, other.t("closed.title")).waitFor();
      await page.goto("/teams");
      await page.getByRole("table", { name: t("teams.title") }).getByText("Diabetes").waitFor();
      await look(chantal, "18-teams");
      await Promise.all([chantal.close(), other.close()]);
    });

    test(`the privacy officer judges; the patient sees who looked and why (${nameOf(setting)})`, async () => {
      const dirk = await device(browser, house, setting);
      await signIn(dirk, "dirk");
      await dirk.page.goto("/emergencies");
      const queue = dirk.page.getByRole("table", { name: dirk.t("emergencies.title") });
      const waiting = queue.locator("tbody tr");
      await waiting.first().waitFor();
      await look(dirk, "18-emergencies");
      const before = await waiting.count();
      await waiting.first().getByRole("button", { name: dirk.t("emergencies.judge", { who: "Ben Carter" }) }).click();
      await look(dirk, "18-judge");
      await dirk.page.getByRole("dialog").getByRole("button", { name: dirk.t("do.save") }).click();
      await dirk.page.getByRole("dialog").waitFor({ state: "detached" });
      await dirk.page.waitForFunction(
        ([count]) => document.querySelectorAll("tbody tr").length === count,
        [before - 1],
      );

      const fatima = await device(browser, house, setting);
      const { page, t } = fatima;
      await signIn(fatima, "fatima");
      await page.goto("/");
      await page.waitForURL(/\/own$/);
      const looks = page.getByRole("table", { name: t("looked.title") });
      const emergency = looks.getByRole("row").filter({ hasText: t("audit.access.break_glass") }).first();
      await emergency.waitFor();
      assert.match(await emergency.innerText(), /Ben Carter/);
      await looks.getByRole("row").filter({ hasText: t("ground.break_glass") }).first().waitFor();
      await look(fatima, "18-own");
      const got = await download(page, () => page.getByRole("link", { name: t("looked.download") }).click());
      assert.match(got.text, /Ben Carter.*break_glass/);
      await Promise.all([dirk.close(), fatima.close()]);
    });
  }
});
