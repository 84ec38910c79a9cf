import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { giveAuthenticator } from "../lib/authenticator.js";
import { SETTINGS, device, get, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";

describe("passkeys", () => {
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

  const panel = ({ page, t }) => page.locator("section").filter({ has: page.getByRole("heading", { name: t("settings.passkeys"), level: 2 }) });
  const lines = (one) => panel(one).getByRole("listitem");
  const button = ({ page, t }) => page.getByRole("button", { name: t("passkey.signIn") });

  async function signOut({ page, context, house: { url } }) {
    const csrf = (await (await context.request.get("/api/v1/session")).json()).csrf;
    await context.request.delete("/api/v1/session", { headers: { origin: url, "x-wardpost-csrf": csrf } });
    await page.goto("/sign-in");
  }

  for (const [n, setting] of SETTINGS.entries()) {
    test(`a passkey is added, signs in by one key press, and is removed (${nameOf(setting)})`, async () => {
      const who = ["anna", "ben"][n];
      house.accounts[who].cookies = undefined;
      const one = await device(browser, house, setting);
      const { page, t } = one;
      const bound = n === 1;
      const key = await giveAuthenticator(one, { bound });
      await signIn(one, who);
      await page.goto("/settings");
      await page.getByText(t("settings.passkeyNone")).waitFor();
      await panel(one).getByLabel(t("settings.passkeyName")).fill("Werktelefoon");
      await page.keyboard.press("Enter");
      await lines(one).filter({ hasText: "Werktelefoon" }).waitFor();
      await look(one, "10-passkeys");

      // The same authenticator does not make a second one.
      await panel(one).getByRole("button", { name: t("settings.passkeyAdd") }).click();
      await panel(one).getByText(t("passkey.there")).waitFor();
      assert.equal((await key.credentials()).length, 1);
      await lines(one).getByRole("button", { name: t("settings.passkeyRenameName", { name: "Werktelefoon" }) }).click();
      await page.getByRole("dialog").getByLabel(t("settings.passkeyName")).fill("Blauwe telefoon");
      await page.keyboard.press("Enter");
      await lines(one).filter({ hasText: "Blauwe telefoon" }).waitFor();

      // Nobody touches it yet: the page waits, offered first and with the focus.
      await key.present(false);
      await signOut(one);
      await button(one).waitFor();
      await page.waitForFunction((name) => document.activeElement?.textContent?.includes(name), t("passkey.signIn"));
      await look(one, "10-sign-in");
      await key.present(true);
      const [asked] = await Promise.all([page.waitForResponse(/\/session\/passkey\/options$/), page.keyboard.press("Enter")]);
      assert.equal((await asked.json()).public_key.userVerification, "required");
      await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
      const { items } = await get(one, "/me/sessions");
      assert.match(items.find((line) => line.current).method, /^(passkey|security_key)$/);

      // Somebody else's finger, and a signature that is not one.
      await key.present(false);
      await signOut(one);
      await button(one).waitFor();
      await key.verified(false);
      await key.present(true);
      await button(one).click();
      await page.getByText(t("passkey.cancelled")).waitFor();
      await key.verified(true);
      await key.bogus(true);
      await button(one).click();
      await page.getByText(t("passkey.refused")).waitFor();
      await look(one, "10-refused");
      await key.bogus(false);

      // The browser's own offer, in the field: picked without the button. It does not offer security keys there.
      await page.goto("/sign-in");
      if (bound) await button(one).click();
      await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));

      await page.goto("/settings");
      await lines(one).getByRole("button", { name: t("settings.passkeyRemoveName", { name: "Blauwe telefoon" }) }).click();
      await look(one, "10-remove");
      await page.getByRole("dialog").getByRole("button", { name: t("settings.passkeyRemove"), exact: true }).click();
      await page.getByText(t("settings.passkeyNone")).waitFor();
      await signOut(one);
      if (bound) await button(one).click();
      await page.getByText(t("passkey.refused")).waitFor();
      await one.close();
    });
  }

  test("a passkey proves anew who one is, and the page goes on under the session's new secret", async () => {
    house.accounts.chantal.cookies = undefined;
    const one = await device(browser, house, { screen: "desktop", language: "nl" });
    const { page, t } = one;
    await giveAuthenticator(one);
    await signIn(one, "chantal");
    await page.goto("/settings");
    await panel(one).getByLabel(t("settings.passkeyName")).fill("Balie");
    await panel(one).getByRole("button", { name: t("settings.passkeyAdd") }).click();
    await lines(one).filter({ hasText: "Balie" }).waitFor();
    // The server would ask after a quarter of an hour: here it is made to ask once.
    let asked = 0;
    await page.route("**/api/v1/me/recovery-codes", async (route) => {
      if (asked++ > 0) return route.continue();
      const body = { type: "urn:wardpost:problem:forbidden", title: "Not allowed", status: 403, detail: "recent_sign_in" };
      return route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify(body) });
    });
    const before = (await one.context.cookies()).find((cookie) => cookie.name.endsWith("wardpost")).value;
    await page.getByRole("button", { name: t("settings.recoveryNew") }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: t("passkey.confirm") }).waitFor();
    await look(one, "10-step-up");
    await dialog.getByRole("button", { name: t("passkey.confirm") }).click();
    await page.getByRole("button", { name: t("recovery.copy") }).waitFor();
    const after = (await one.context.cookies()).find((cookie) => cookie.name.endsWith("wardpost")).value;
    assert.notEqual(after, before);
    await one.close();
  });

  for (const setting of SETTINGS) {
    test(`an invitation is accepted with a passkey (${nameOf(setting)})`, async () => {
      const eva = await device(browser, house);
      await signIn(eva, "eva");
      const headers = { origin: house.url, "x-wardpost-csrf": eva.csrf };
      const { items: people } = await get(eva, "/people");
      const { items: roles } = await get(eva, "/roles").then((found) => (Array.isArray(found) ? { items: found } : found));
      assert.ok(people.length > 3);
      const login = `noor-${setting.screen}@linde.example`;
      // A role without rights over others: those would need a colleague's consent.
      const role = roles.find((one) => one.permissions.includes("mail.send") && !one.permissions.includes("audit.read"));
      const data = { name: "Noor Visser", login, function: "", language: setting.language, role_ids: [role.id] };
      const made = await (await eva.context.request.post("/api/v1/people", { data, headers })).json();
      await eva.close();
      const noor = await device(browser, house, setting);
      const { page, t } = noor;
      const key = await giveAuthenticator(noor, { bound: true });
      await page.goto(made.invitation_link);
      await page.getByRole("button", { name: t("invitation.passkeyMake") }).waitFor();
      await look(noor, "10-invitation");
      await page.getByRole("button", { name: t("invitation.passkeyMake") }).click();
      await page.getByText(t("invitation.donePasskey")).waitFor();
      await look(noor, "10-invitation-done");
      await key.present(false);
      await page.getByRole("button", { name: t("invitation.toSignIn") }).click();
      await button(noor).waitFor();
      await key.present(true);
      await button(noor).click();
      await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
      await page.goto("/settings");
      await lines(noor).waitFor();
      // There is no password to be changed, and the only way in stays.
      assert.equal(await page.getByRole("heading", { name: t("settings.password"), exact: true }).count(), 0);
      await lines(noor).getByRole("button", { name: t("settings.passkeyRemove") }).last().click();
      await page.getByRole("dialog").getByRole("button", { name: t("settings.passkeyRemove"), exact: true }).click();
      await page.getByRole("dialog").getByText(t("detail.last_way_in")).waitFor();
      await noor.close();

      // The administrator sees it, and can't leave her without a way in.
      const admin = await device(browser, house, setting);
      await signIn(admin, "eva");
      await admin.page.goto("/admin/people");
      await admin.page.getByRole("row").filter({ hasText: login }).getByRole("button", { name: admin.t("people.edit", { name: "Noor Visser" }) }).click();
      const shown = admin.page.getByRole("dialog").getByRole("region", { name: admin.t("people.passkeys") });
      await shown.getByRole("listitem").waitFor();
      await look(admin, "10-person");
      await shown.getByRole("button").click();
      await shown.getByText(admin.t("detail.last_way_in")).waitFor();
      await admin.close();
    });
  }

  test("the security officer says for which roles a security key is the only way in", async () => {
    const sara = await device(browser, house);
    const { page, t } = sara;
    await signIn(sara, "sara");
    const { items: roles } = await get(sara, "/roles").then((found) => (Array.isArray(found) ? { items: found } : found));
    const keyed = ["mail.review", "patient.manage"].map((one) => roles.find(({ permissions }) => permissions.includes(one)).name);
    await page.goto("/admin/security");
    const keys = page.locator("section").filter({ has: page.getByRole("heading", { name: t("security.keys"), level: 2 }) });
    for (const name of keyed) await keys.getByRole("checkbox", { name }).check({ force: true });
    await keys.getByLabel(t("security.keyGrace")).fill("3");
    await page.getByLabel(t("policy.note")).fill("Keys for those who see much");
    await look(sara, "10-key-roles");
    await page.getByRole("button", { name: t("policy.save") }).click();
    await page.getByText(t("security.saved")).first().waitFor();
    await sara.close();
  });

  for (const [n, setting] of SETTINGS.entries()) {
    test(`whose role needs a security key adds one, and comes in only by it (${nameOf(setting)})`, async () => {
      const account = house.accounts[["dirk", "chantal"][n]];
      const one = await device(browser, house, setting);
      const { page, t } = one;
      const key = await giveAuthenticator(one, { bound: true });
      const password = async () => {
        await page.goto("/sign-in");
        // The browser remembers the language of whoever was signed in here last.
        await page.getByRole("radio", { name: setting.language === "nl" ? "Nederlands" : "English" }).check({ force: true });
        await page.getByLabel(t("signIn.login")).fill(account.login);
        await page.getByLabel(t("signIn.password"), { exact: true }).fill(account.password);
        await page.keyboard.press("Enter");
      };
      await password();
      await page.getByLabel(t("signIn.code"), { exact: true }).fill(await account.app.code());
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: t("enrol.title") }).waitFor();
      await look(one, "10-enrol-key");
      // Nothing else opens meanwhile.
      await page.goto("/settings");
      await page.getByRole("heading", { name: t("enrol.title") }).waitFor();
      await page.getByLabel(t("enrol.name")).fill("Sleutel");
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
      const { items } = await get(one, "/me/sessions");
      assert.equal(items.find((line) => line.current).method, "security_key");
      assert.equal((await key.credentials()).length, 1);
      await signOut(one);
      await key.present(false);
      await password();
      await page.getByText(t("signIn.wrong")).waitFor();
      await look(one, "10-key-only");
      await one.close();
    });
  }
});
