import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { download } from "../lib/acts.js";
import { SETTINGS, device, get, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";
import { Authenticator } from "../lib/totp.js";

describe("coming and going", () => {
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
    test(`a list is looked at, imported and taken back, and somebody leaves (${nameOf(setting)})`, async () => {
      const eva = await device(browser, house, setting);
      const { page, t, screen } = eva;
      await signIn(eva, "eva");
      const login = (name) => `${name}.${screen}@linde.example`;
      // Both screens share the house.
      const nora = screen === "phone" ? "Nora Later" : "Nora Nieuw";
      await page.goto("/admin/people");
      await page.getByRole("link", { name: t("people.import") }).click();
      await page.getByRole("heading", { name: t("import.title"), level: 1 }).waitFor();
      const template = await download(page, () => page.getByRole("link", { name: t("import.template") }).click());
      assert.match(template.text, setting.language === "nl" ? /naam;e-mail/ : /name,login/);

      const chosen = page.getByLabel(t("import.file"));
      const list = (buffer) => ({ name: "people.csv", mimeType: "text/csv", buffer });
      await chosen.setInputFiles(list(Buffer.from([0x6e, 0x61, 0x6d, 0x65, 0x0a, 0x5a, 0x6f, 0xeb])));
      await page.getByText(t("import.encoding")).waitFor();
      const text = `name;login;function;mailbox\n${nora};${login("nora")};Verpleegkundige;${login("nora")}\nOtto Open;${login("otto")};;\n;no address;;\n`;
      await chosen.setInputFiles(list(Buffer.from(text)));
      await page.getByText(t("import.problem.malformed")).waitFor();
      const run = page.getByRole("button", { name: t("import.run", { good: 2 }) });
      assert.ok(await run.isDisabled(), "nothing happens while a row is wrong");
      await look(eva, "15-import-preview");
      await page.getByRole("checkbox", { name: t("import.skip", { bad: 1 }) }).check();
      await run.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: t("import.done", { count: 2 }) }).waitFor();
      const kept = await download(page, () => page.getByRole("button", { name: t("import.saveLinks") }).click());
      assert.equal(kept.text.match(/\/invitation#/g).length, 2);
      await look(eva, "15-imported");

      // Nora leaves before she came: her mailbox goes to Ben.
      await page.goto("/admin/people");
      await page.getByRole("button", { name: t("people.edit", { name: nora }) }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: t("people.leave") }).click();
      const end = dialog.getByRole("button", { name: t("leave.now") });
      await dialog.getByText(t("leave.kept")).waitFor();
      assert.ok(await end.isDisabled(), "each mailbox is decided upon first");
      await dialog.getByRole("combobox").selectOption({ label: "Ben Carter" });
      await look(eva, "15-leave");
      await dialog.getByRole("radio", { name: t("leave.onDay") }).check();
      await dialog.getByLabel(t("leave.lastDay"), { exact: true }).waitFor();
      await dialog.getByRole("radio", { name: t("leave.atOnce") }).check();
      await end.click();
      await page.getByRole("row").filter({ hasText: login("nora") }).getByText(t("people.state.disabled")).waitFor();
      const boxes = await get(eva, "/mailboxes?limit=200");
      const handed = (boxes.items ?? boxes).find((one) => one.address === login("nora"));
      assert.equal(handed.kind, "shared");

      await page.goto("/admin/import");
      const past = page.getByRole("table", { name: t("import.past") }).getByRole("row");
      await past.getByRole("button").first().click();
      await look(eva, "15-import-undo");
      await dialog.getByRole("button", { name: t("import.undo"), exact: true }).click();
      await past.getByText(t("import.wasUndone")).first().waitFor();
      const people = await get(eva, `/people?q=${encodeURIComponent(login("otto"))}`);
      assert.equal(people.items.length, 0, "who never came in is gone");
      await eva.close();
    });

    test(`a password is explained while it is typed, and the authenticator app replaced (${nameOf(setting)})`, async () => {
      const ben = await device(browser, house, setting);
      const { page, t } = ben;
      const account = house.accounts.ben;
      account.cookies = undefined;
      await signIn(ben, "ben");
      await page.goto("/settings");
      const field = page.getByLabel(t("password.new"), { exact: true });
      await field.fill("password123");
      await page.getByText(t("password.warning.common")).waitFor();
      await page.getByText(t("password.advice.another_word")).waitFor();
      await field.scrollIntoViewIfNeeded();
      await look(ben, "15-password-weak");
      await field.fill("seven quiet herons wade");
      await page.getByText(t("password.score.4")).waitFor();

      await page.getByRole("button", { name: t("settings.authenticatorNew") }).click();
      await page.getByText(t("settings.authenticatorScan")).waitFor();
      const panel = page.locator("section").filter({ has: page.getByRole("heading", { name: t("settings.authenticator"), exact: true }) });
      const app = new Authenticator(await panel.locator("code").first().innerText());
      await panel.getByLabel(t("invitation.code")).fill(app.oldCode());
      await panel.getByRole("button", { name: t("settings.authenticatorTake") }).click();
      await page.getByText(t("invitation.wrongCode")).waitFor();
      await look(ben, "15-authenticator");
      await panel.getByLabel(t("invitation.code")).fill(await app.code());
      await page.keyboard.press("Enter");
      await page.getByText(t("settings.authenticatorSaved")).first().waitFor();
      account.app = app;
      account.cookies = undefined;
      await signIn(ben, "ben");
      await ben.close();
    });
  }
});
