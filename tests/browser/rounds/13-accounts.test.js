import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { giveAuthenticator } from "../lib/authenticator.js";
import { SETTINGS, device, get, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { codeOn, openHouse, outsideNow } from "../lib/house.js";

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
      // Once somebody is in, the pages speak their own language: the one that is walked here.
      const own = await device(browser, house, setting);
      await signIn(own, key);
      await own.close();
      account.cookies = undefined;
      const eva = await device(browser, house, setting);
      await signIn(eva, "eva");
      await eva.page.goto("/admin/people");
      await eva.page.getByRole("button", { name: eva.t("people.edit", { name }) }).click();
      const dialog = eva.page.getByRole("dialog");
      await look(eva, "13-person");
      await dialog.getByRole("button", { name: eva.t("people.askPassword") }).click();
      await eva.page.getByText(eva.t("people.askedPassword", { name })).first().waitFor();
      await eva.close();

      const one = await device(browser, house, setting);
      const { page, t } = one;
      await enter(one, account);
      await page.getByRole("heading", { name: t("signIn.changeTitle"), level: 1 }).waitFor();
      await page.getByText(t("signIn.changeAsked")).waitFor();
      await look(one, "13-change");
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
      const key = ["dirk", "sara"][n];
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
      await look(one, "13-only-passkeys");
      await dialog.getByRole("button", { name: t("settings.onlyPasskeys") }).click();
      await page.getByRole("heading", { name: t("settings.authenticator"), level: 2 }).waitFor({ state: "detached" });
      assert.equal((await get(one, "/session")).has_password, false);
      await one.close();
    });

    test(`another browser is told, and can be forgotten (${nameOf(setting)})`, async () => {
      house.accounts.eva.cookies = undefined;
      const one = await device(browser, house, setting);
      const { page, t } = one;
      await signIn(one, "eva");
      const before = (await get(one, "/me/devices")).items;
      assert.equal(before.filter((line) => line.current).length, 1);
      const jar = await one.context.cookies();
      const kept = jar.find((cookie) => cookie.name.endsWith("wardpost-device"));
      assert.ok(kept.httpOnly && kept.sameSite === "Strict" && kept.expires > Date.now() / 1000 + 300 * 86_400);
      await page.goto("/settings");
      const panel = page.locator("section").filter({ has: page.getByRole("heading", { name: t("settings.devices"), level: 2 }) });
      await panel.getByText(t("settings.deviceHere")).waitFor();
      await panel.scrollIntoViewIfNeeded();
      await look(one, "13-devices");
      const others = panel.getByRole("listitem").filter({ hasNotText: t("settings.deviceHere") });
      if (before.length > 1) {
        await others.first().getByRole("button").focus();
        await page.keyboard.press("Enter");
        await page.getByText(t("settings.deviceForgotten")).first().waitFor();
        assert.equal((await get(one, "/me/devices")).items.length, before.length - 1);
      }
      await one.close();
    });

    test(`a mobile number is confirmed by a code (${nameOf(setting)})`, async () => {
      const one = await device(browser, house, setting);
      const { page, t, screen } = one;
      await signIn(one, "eva");
      const number = screen === "phone" ? "+31612340015" : "+31612340016";
      await page.goto("/settings");
      const panel = page.locator("section").filter({ has: page.getByRole("heading", { name: t("settings.contact"), level: 2 }) });
      await panel.getByText(t("settings.emailInside")).waitFor();
      const field = panel.getByLabel(t("settings.phone"), { exact: true });
      await field.fill("12");
      await page.keyboard.press("Enter");
      await panel.getByText(t("settings.phoneWrong")).waitFor();
      const outside = await outsideNow(house);
      await field.fill(number);
      await page.keyboard.press("Enter");
      const code = panel.getByLabel(t("settings.phoneCode"), { exact: true });
      await code.fill("12");
      await page.keyboard.press("Enter");
      await panel.getByText(t("verify.wrong")).waitFor();
      await code.fill(await codeOn(house, outside, number));
      await look(one, "13-phone");
      await page.keyboard.press("Enter");
      await page.getByText(t("settings.phoneDone")).first().waitFor();
      await panel.getByText(number).waitFor();
      assert.equal((await get(one, "/me/verification")).phone, number);
      await one.close();
    });

    test(`the desk confirms a patient's number and who they are (${nameOf(setting)})`, async () => {
      const chantal = await device(browser, house, setting);
      const { page, t, screen } = chantal;
      await signIn(chantal, "chantal");
      const number = screen === "phone" ? "+31612340017" : "+31612340018";
      const data = { name: `Piet ${screen}`, references: [`P-15${n}`], phone: number };
      const headers = { origin: house.url, "x-wardpost-csrf": chantal.csrf, "idempotency-key": `13-${screen}` };
      const patient = await (await chantal.context.request.post("/api/v1/patients", { data, headers })).json();
      await page.goto(`/patients/${patient.id}`);
      const panel = page.locator("section").filter({ has: page.getByRole("heading", { name: t("care.checks"), level: 2 }) });
      await panel.getByText(t("care.phoneOpen")).waitFor();
      const outside = await outsideNow(house);
      await panel.getByRole("button", { name: t("care.phoneAsk") }).click();
      await panel.getByLabel(t("care.phoneCode"), { exact: true }).fill(await codeOn(house, outside, number));
      await page.keyboard.press("Enter");
      await panel.getByText(t("care.phoneOpen")).waitFor({ state: "detached" });
      await panel.getByLabel(t("identity.seen"), { exact: true }).selectOption("passport");
      await panel.getByRole("button", { name: t("care.identityRecord") }).click();
      await panel.getByText(t("care.identityNone")).waitFor({ state: "detached" });
      await look(chantal, "13-patient-checks");
      const now = await get(chantal, `/patients/${patient.id}`);
      assert.ok(now.phone_confirmed_at && now.identity_checked_by === "passport");
      await chantal.close();
    });
  }

  test("a link that is no longer good says so, and a letter about the account is in the inbox", async () => {
    const anyone = await device(browser, house);
    await anyone.page.goto("/confirm#not-a-token");
    await anyone.page.getByText(anyone.t("confirm.bad")).waitFor();
    assert.ok(!anyone.page.url().includes("#not-a-token"), "the token does not stay in the address bar");
    await look(anyone, "13-confirm");
    await anyone.close();
  });
});
