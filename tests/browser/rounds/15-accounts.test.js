import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { giveAuthenticator } from "../lib/authenticator.js";
import { SETTINGS, device, get, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";

describe("what opens an account", () => {
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

  /** Signs in by the pages, as far as the second step takes one. */
  async function enter({ page, t }, { login, password, app }) {
    await page.goto("/sign-in");
    await page.getByLabel(t("signIn.login")).fill(login);
    await page.getByLabel(t("signIn.password"), { exact: true }).fill(password);
    await page.keyboard.press("Enter");
    await page.getByLabel(t("signIn.code"), { exact: true }).fill(await app.code());
    await page.keyboard.press("Enter");
  }

  for (const [n, setting] of SETTINGS.entries()) {
    test(`who is asked for another password chooses it before anything else (${nameOf(setting)})`, async () => {
      const [key, name] = [["anna", "Anna de Vries"], ["ben", "Ben Carter"]][n];
      const account = house.accounts[key];
      account.cookies = undefined;
      const eva = await device(browser, house, setting);
      await signIn(eva, "eva");
      await eva.page.goto("/admin/people");
      await eva.page.getByRole("button", { name: eva.t("people.edit", { name }) }).click();
      const dialog = eva.page.getByRole("dialog");
      await look(eva, "15-person");
      await dialog.getByRole("button", { name: eva.t("people.askPassword") }).click();
      await eva.page.getByText(eva.t("people.askedPassword", { name })).first().waitFor();
      await eva.close();

      const one = await device(browser, house, setting);
      const { page, t } = one;
      await enter(one, account);
      await page.getByRole("heading", { name: t("signIn.changeTitle"), level: 1 }).waitFor();
      await page.getByText(t("signIn.changeAsked")).waitFor();
      await look(one, "15-change");
      await page.goto("/settings");
      await page.getByRole("heading", { name: t("signIn.changeTitle"), level: 1 }).waitFor();
      const field = page.getByLabel(t("password.new"), { exact: true });
      await field.fill(account.password);
      await page.keyboard.press("Enter");
      await page.getByText(t("password.same")).waitFor();
      account.password = `acht stille reigers waden ${setting.screen}`;
      await field.fill(account.password);
      await page.getByText(t("password.score.4")).waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: t("settings.title"), level: 1 }).waitFor();
      assert.equal((await get(one, "/session")).state, "signed_in");
      await one.close();
    });

    test(`who has passkeys does without password and app (${nameOf(setting)})`, async () => {
      const key = ["chantal", "dirk"][n];
      house.accounts[key].cookies = undefined;
      const one = await device(browser, house, setting);
      const { page, t } = one;
      await giveAuthenticator(one);
      await signIn(one, key);
      await page.goto("/settings");
      const panel = page.locator("section").filter({ has: page.getByRole("heading", { name: t("settings.passkeys"), level: 2 }) });
      await page.getByRole("heading", { name: t("settings.authenticator"), level: 2 }).waitFor();
      assert.equal(await page.getByRole("button", { name: t("settings.onlyPasskeys") }).count(), 0, "never the last way in");
      await panel.getByLabel(t("settings.passkeyName")).fill("Telefoon");
      await page.keyboard.press("Enter");
      await panel.getByRole("listitem").filter({ hasText: "Telefoon" }).waitFor();
      await page.getByRole("button", { name: t("settings.onlyPasskeys") }).click();
      const dialog = page.getByRole("dialog", { name: t("settings.onlyPasskeysTitle") });
      await dialog.getByText(t("settings.onlyPasskeysSpare")).waitFor();
      await look(one, "15-only-passkeys");
      await dialog.getByRole("button", { name: t("settings.onlyPasskeys") }).click();
      await page.getByRole("heading", { name: t("settings.authenticator"), level: 2 }).waitFor({ state: "detached" });
      assert.equal((await get(one, "/session")).has_password, false);
      await one.close();
    });
  }
});
