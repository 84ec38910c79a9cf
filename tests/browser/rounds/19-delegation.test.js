import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { addRecipient, compose, lineOf, openFolder, openMessage, send, write } from "../lib/acts.js";
import { SETTINGS, device, get, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";

describe("acting for a colleague", () => {
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

  const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

  for (const setting of SETTINGS) {
    test(`cover is given in Settings, used under one's own name, and ends at once (${nameOf(setting)})`, async () => {
      const anna = await device(browser, house, setting);
      await signIn(anna, "anna");
      const { page, t } = anna;
      await page.goto("/settings");
      const panel = page.getByRole("heading", { name: t("mandate.title"), level: 2 });
      await panel.waitFor();
      const table = page.getByRole("table", { name: t("mandate.title") });
      await table.getByText("Chantal Bakker").first().waitFor();
      const before = await table.locator("tbody tr").count();
      await look(anna, "19-settings");
      await page.getByRole("button", { name: t("mandate.give") }).press("Enter");
      const dialog = page.getByRole("dialog", { name: t("mandate.give") });
      const give = dialog.getByRole("button", { name: t("mandate.doGive") });
      await dialog.getByLabel(t("mandate.holder")).selectOption(house.accounts.ben.id);
      assert.ok(await give.isDisabled(), "cover without a last day is not given");
      await dialog.getByLabel(t("mandate.lastDay")).fill(tomorrow());
      await look(anna, "19-give");

      // Ben is at work already: the mailbox comes by itself.
      const ben = await device(browser, house, setting);
      await signIn(ben, "ben");
      await openFolder(ben, "inbox");
      await give.press("Enter");
      await dialog.waitFor({ state: "detached" });
      await table.locator("tbody tr").nth(before).waitFor();

      await lineOf(ben, setting.language === "nl" ? "waarneming voor Anna" : "You are cover for Anna").first().waitFor();
      const session = await get(ben, "/session");
      const covered = session.mailboxes.find((one) => one.mandate);
      assert.equal(covered.mandate.grantor_name, "Anna de Vries");
      await openFolder(ben, "inbox", covered);
      await look(ben, "19-covered");
      await compose(ben);
      const from = ben.page.getByLabel(ben.t("compose.from"));
      const words = setting.language === "nl" ? "Ben Carter namens Anna de Vries" : "Ben Carter on behalf of Anna de Vries";
      assert.ok((await from.locator("option:checked").innerText()).startsWith(words));
      const subject = `Overdracht ${nameOf(setting)}`;
      await write(ben, { subject, text: "Ik neem waar." });
      await addRecipient(ben, "chantal@linde.example");
      await look(ben, "19-compose");
      await send(ben);
      await ben.page.getByRole("heading", { name: subject, level: 1 }).waitFor();
      await ben.page.locator("strong").getByText(words).waitFor();

      const chantal = await device(browser, house, setting);
      await signIn(chantal, "chantal");
      await openFolder(chantal, "inbox");
      const line = lineOf(chantal, subject);
      await line.waitFor();
      assert.ok((await line.innerText()).includes(words));
      await openMessage(chantal, subject);
      await chantal.page.locator("article, section").getByText(words).locator("visible=true").first().waitFor();
      await look(chantal, "19-on-behalf");

      // Anna ends it; Ben's page loses the mailbox within a second.
      const mine = table.getByRole("row").filter({ hasText: t("mandate.holds") }).filter({ hasText: "Ben Carter" });
      await openFolder(ben, "inbox", covered);
      await mine.getByRole("button", { name: t("mandate.endOf", { holder: "Ben Carter", grantor: "Anna de Vries" }) }).press("Enter");
      await ben.page.getByText(ben.t("mail.gone"), { exact: true }).waitFor({ timeout: 3_000 });
      await Promise.all([anna.close(), ben.close(), chantal.close()]);
    });

    test(`the administrator sees all mandates and gives none to herself (${nameOf(setting)})`, async () => {
      const eva = await device(browser, house, setting);
      await signIn(eva, "eva");
      const { page, t } = eva;
      await page.goto("/admin/mandates");
      const table = page.getByRole("table", { name: t("admin.mandates") });
      await table.getByText("Chantal Bakker").first().waitFor();
      await table.getByText(t("mandate.planned")).first().waitFor();
      await look(eva, "19-admin");
      await page.getByRole("button", { name: t("mandate.give") }).click();
      const dialog = page.getByRole("dialog", { name: t("mandate.give") });
      await dialog.getByLabel(t("mandate.mailbox")).waitFor();
      assert.equal(await dialog.getByLabel(t("mandate.holder")).locator(`option[value="${house.accounts.eva.id}"]`).count(), 0);
      await eva.close();
    });
  }
});
