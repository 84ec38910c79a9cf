import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { giveAuthenticator } from "../lib/authenticator.js";
import { SETTINGS, device, get, look, nameOf, openBrowser, put, putAway, signIn } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";
import { openProvider } from "../lib/provider.js";
import { until } from "../lib/until.js";
import { wordsOf } from "../lib/words.js";

const NAME = "Ziekenhuis Noord";
/** Accounts that are made by rule speak the language of the house. */
const dutch = wordsOf("nl");

describe("signing in by an identity provider", () => {
  let house;
  let browser;
  let provider;
  before(async () => {
    [house, browser] = await Promise.all([openHouse(), openBrowser()]);
    provider = await openProvider(house.url, {
      "anna-7": { email: "anna@elsewhere.example", email_verified: true, name: "Anna" },
      "noor-desktop": { email: "noor@linde.example", email_verified: true, name: "Noor Visser", groups: ["nurses"] },
      "noor-phone": { email: "nienke@linde.example", email_verified: true, name: "Nienke Visser", groups: ["nurses"] },
      "ben-1": { email: "ben@linde.example", email_verified: true, name: "Ben" },
    });
  });
  after(async () => {
    await browser?.close();
    await provider?.stop();
    await house?.stop();
  });
  afterEach(putAway);

  const open = async (setting) => {
    const one = await device(browser, house, setting);
    one.allowed.push(provider.issuer);
    return one;
  };
  const way = ({ page, t }) => page.getByRole("button", { name: t("provider.signIn", { name: NAME }) });
  /** Signs in at the provider. */
  async function go({ page }, who, two = true) {
    await page.getByLabel("Who").fill(who);
    if (two) await page.getByLabel("Two factors").check();
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.origin !== provider.issuer);
  }

  test("the security officer adds a provider, after a look at it", async () => {
    const sara = await device(browser, house);
    const { page, t } = sara;
    await signIn(sara, "sara");
    const { items: roles } = await get(sara, "/roles").then((found) => (Array.isArray(found) ? { items: found } : found));
    const nurse = roles.find(({ permissions }) => permissions.includes("patient.read") && !permissions.includes("patient.manage"));
    // One list says which roles may come from outside, by rules and by programs alike.
    await put(sara, "/provisioned-roles", { role_ids: [nurse.id] });
    await page.goto("/admin/providers");
    await page.getByText(t("providers.none")).waitFor();
    await look(sara, "11-providers-none");
    await page.getByRole("button", { name: t("providers.new") }).click();
    await page.getByLabel(t("providers.issuer")).fill(`${provider.issuer}/nowhere`);
    await page.getByRole("button", { name: t("providers.check") }).click();
    await page.getByText("404").waitFor();
    await page.getByLabel(t("providers.issuer")).fill(provider.issuer);
    await page.getByRole("button", { name: t("providers.check") }).click();
    await page.getByText(t("providers.checkedGood", { n: 2 })).waitFor();
    await page.getByRole("button", { name: t("do.save") }).click();
    await page.getByText(t("problem.validation")).waitFor();
    await page.getByLabel(t("providers.name"), { exact: true }).fill(NAME);
    await page.getByLabel(t("providers.client"), { exact: true }).fill("wardpost");
    await page.getByLabel(t("providers.secret"), { exact: true }).fill(provider.secret);
    await page.getByLabel(t("providers.scopes")).fill("email profile groups");
    await page.getByRole("checkbox", { name: t("providers.create") }).check();
    await page.getByLabel(t("providers.domains")).fill("linde.example");
    await page.getByRole("button", { name: t("providers.ruleAdd") }).click();
    await page.getByLabel(t("providers.value")).fill("nurses");
    await page.getByLabel(t("providers.role"), { exact: true }).selectOption({ label: nurse.name });
    assert.deepEqual(await page.getByLabel(t("providers.role"), { exact: true }).getByRole("option").allTextContents(), [t("security.byRoleChoose"), nurse.name]);
    await look(sara, "11-provider-edit");
    await page.getByRole("button", { name: t("do.save") }).click();
    await page.getByRole("heading", { name: NAME }).waitFor();
    await page.getByText(`${house.url}/sign-in/provider`).waitFor();
    await look(sara, "11-providers");
    await sara.close();
  });

  for (const setting of SETTINGS) {
    test(`somebody unknown comes in by rule, and is signed out by the provider (${nameOf(setting)})`, async () => {
      const one = await open(setting);
      const { page } = one;
      await page.goto("/sign-in?next=/settings");
      await way(one).waitFor();
      await look(one, "11-sign-in");
      await way(one).press("Enter");
      await go(one, `noor-${setting.screen}`);
      await page.waitForURL(/\/settings$/);
      assert.ok(!page.url().includes("code="), page.url());
      await page.getByRole("heading", { name: dutch("provider.links") }).waitFor();
      await look(one, "11-settings");
      const { items } = await get(one, "/me/sessions");
      assert.equal(items.find((line) => line.current).method, "provider");
      // Signing out leads on to the provider, which tells the house and comes back.
      await page.goto("/settings");
      if (one.phone) await page.getByRole("button", { name: dutch("nav.open") }).click();
      await page.getByRole("button", { name: dutch("nav.signOut") }).click();
      await page.waitForURL((url) => url.origin === provider.issuer);
      await page.getByRole("button", { name: /yes/i }).click();
      await page.waitForURL((url) => url.pathname === "/sign-in" && url.origin === house.url);
      await page.getByRole("button", { name: dutch("provider.signIn", { name: NAME }) }).waitFor();
      await one.close();
    });
  }

  for (const setting of SETTINGS) {
    test(`whoever comes by a provider alone proves themselves anew there (${nameOf(setting)})`, async () => {
      const one = await open(setting);
      const { page } = one;
      const who = `noor-${setting.screen}`;
      await giveAuthenticator(one);
      await page.goto("/sign-in?next=/settings");
      await way(one).click();
      await go(one, who);
      await page.waitForURL(/\/settings$/);
      // The server would ask after a quarter of an hour: here it is made to ask when it is told to.
      let ask = true;
      await page.route("**/api/v1/me/passkeys/*", async (route) => {
        if (!ask || route.request().method() === "GET") return route.continue();
        ask = false;
        const body = { type: "urn:wardpost:problem:forbidden", title: "Not allowed", status: 403, detail: "recent_sign_in" };
        return route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify(body) });
      });
      const secret = async () => (await one.context.cookies()).find((cookie) => cookie.name.endsWith("wardpost")).value;
      const old = await secret();
      const dialog = page.getByRole("dialog");
      const confirm = dialog.getByRole("button", { name: dutch("stepUp.provider", { name: NAME }) });
      const lines = page.locator("section").filter({ has: page.getByRole("heading", { name: dutch("settings.passkeys"), level: 2 }) }).getByRole("listitem");
      await page.getByLabel(dutch("settings.passkeyName")).fill("Bureau");
      await page.getByRole("button", { name: dutch("settings.passkeyAdd") }).click();
      await confirm.waitFor();
      await look(one, "11-step-up");
      const [there] = await Promise.all([one.context.waitForEvent("page"), confirm.press("Enter")]);
      await there.getByLabel("Who").fill(who);
      await there.getByLabel("Two factors").check();
      await Promise.all([there.waitForEvent("close"), there.keyboard.press("Enter")]);
      // What was asked for goes on by itself, as it was typed.
      await lines.filter({ hasText: "Bureau" }).waitFor();
      assert.notEqual(await secret(), old);
      // Where no window may be opened, one comes back to the same place and does it once more.
      await page.evaluate(() => {
        window.open = () => null;
      });
      const remove = async () => {
        await lines.getByRole("button", { name: dutch("settings.passkeyRemoveName", { name: "Bureau" }) }).click();
        await dialog.getByRole("button", { name: dutch("settings.passkeyRemove"), exact: true }).click();
      };
      ask = true;
      await remove();
      await confirm.click();
      await go(one, who);
      await page.waitForURL(/\/settings$/);
      await page.getByText(dutch("stepUp.again")).first().waitFor();
      await look(one, "11-step-up-back");
      ask = false;
      await remove();
      // The server has heard it, and says why not: it is the only passkey of somebody without a password.
      await page.getByText(dutch("detail.last_way_in")).waitFor();
      assert.deepEqual(provider.errors, []);
      await one.close();
    });
  }

  test("signing out at the provider ends the session here at once", async () => {
    const one = await open({ screen: "desktop", language: "nl" });
    const { page } = one;
    await page.goto("/sign-in");
    await way(one).click();
    await go(one, "noor-desktop");
    await page.waitForURL((url) => url.origin === house.url && !url.pathname.startsWith("/sign-in"));
    const there = await one.context.newPage();
    await there.goto(`${provider.issuer}/session/end`);
    await there.getByRole("button", { name: /yes/i }).click();
    const state = async () => (await (await one.context.request.get("/api/v1/session")).json()).state;
    await until("the session has ended", async () => (await state()) === "anonymous");
    await page.getByRole("button", { name: one.t("provider.signIn", { name: NAME }) }).waitFor();
    assert.deepEqual(provider.errors, []);
    await one.close();
  });

  for (const [n, setting] of SETTINGS.entries()) {
    test(`an account that is here is linked by its owner, never by its address (${nameOf(setting)})`, async () => {
      const one = await open(setting);
      const { page, t } = one;
      if (n === 0) {
        await page.goto("/sign-in");
        await way(one).click();
        await go(one, "ben-1");
        await page.getByText(t("detail.provider_link_first")).waitFor();
        await look(one, "11-link-first");
        await signIn(one, "anna");
        await page.goto("/settings");
        await page.getByRole("button", { name: t("provider.link", { name: NAME }) }).click();
        await go(one, "anna-7");
        await page.waitForURL(/\/settings$/);
        await page.getByRole("button", { name: t("provider.unlinkName", { name: NAME }) }).waitFor();
        await look(one, "11-linked");
      } else {
        // Refused there.
        await page.goto("/sign-in/provider?error=access_denied&state=x");
        await page.getByText(t("provider.cancelled")).waitFor();
        await look(one, "11-refused");
        // With one factor there, the second is asked here.
        await page.goto("/sign-in");
        await way(one).click();
        await go(one, "anna-7", false);
        await page.getByRole("heading", { name: t("signIn.secondTitle") }).waitFor();
        await look(one, "11-second-step");
        await page.getByLabel(t("signIn.code"), { exact: true }).fill(await house.accounts.anna.app.code());
        await page.keyboard.press("Enter");
        await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
      }
      await one.close();
    });
  }
});
