/** What takes two: the recovery of an account, and rights over others (ASVS 6.4.4, 6.4.6, 8.4.2). */

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { SETTINGS, device, get, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";

/** Whose account is recovered: both screens share the house. */
const LOST = { desktop: "ben", phone: "chantal" };

describe("what takes two", () => {
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

  const press = async (locator) => {
    await locator.focus();
    await locator.press("Enter");
  };

  /** Opens a colleague in the list of people. */
  const edit = async ({ page, t }, name) => {
    await page.goto("/admin/people");
    await page.getByRole("button", { name: t("people.edit", { name }) }).click();
    return page.getByRole("dialog");
  };

  /** Asks for a recovery; gives the link. */
  const ask = async (eva, name, picture) => {
    const { page, t } = eva;
    const dialog = await edit(eva, name);
    await press(dialog.getByRole("button", { name: t("people.recover") }));
    await dialog.getByText(t("recovery.askText", { name })).waitFor();
    await dialog.getByLabel(t("recovery.reason")).fill("Lost the phone");
    if (picture) await look(eva, "14-ask");
    await press(dialog.getByRole("button", { name: t("recovery.ask"), exact: true }));
    // The link is shown once: this dialog closes by its button only.
    const shown = page.getByRole("alertdialog");
    await shown.getByText(t("recovery.askedText", { name })).waitFor();
    if (picture) await look(eva, "14-asked");
    const link = await shown.locator("code").innerText();
    await press(shown.getByRole("button", { name: t("do.close"), exact: true }));
    return link;
  };

  /** The button of an ask: "Consent: Recover the account of …". */
  const decide = (one, word, kind, name) =>
    one.page.getByRole("button", { name: new RegExp(`^${one.t(word)}: ${one.t.amid(`approvals.what.${kind}`, { name }).source}$`, "u") }).first();

  for (const setting of SETTINGS) {
    test(`an account is recovered with two halves (${nameOf(setting)})`, async () => {
      const eva = await device(browser, house, setting);
      await signIn(eva, "eva");
      const account = house.accounts[LOST[setting.screen]];
      const { items } = await get(eva, `/people?q=${encodeURIComponent(account.login)}`);
      const { name } = items[0];
      const first = await ask(eva, name, true);
      await eva.page.goto("/admin/approvals");
      await eva.page.getByText(eva.t("approvals.state.open")).first().waitFor();
      assert.equal(await decide(eva, "approvals.give", "recovery", name).count(), 0, "nobody consents to what they asked for");
      await look(eva, "14-own-ask");

      const sara = await device(browser, house, setting);
      await signIn(sara, "sara");
      await sara.page.goto("/admin/approvals");
      await decide(sara, "approvals.refuse", "recovery", name).waitFor();
      await look(sara, "14-approvals");
      await press(decide(sara, "approvals.refuse", "recovery", name));
      await sara.page.getByText(sara.t("approvals.refused")).first().waitFor();

      const lost = await device(browser, house, setting);
      const enter = async (link, code) => {
        await lost.page.goto("about:blank");
        await lost.page.goto(link);
        await lost.page.getByLabel(lost.t("recovery.code")).fill(code);
        await lost.page.keyboard.press("Enter");
      };
      await enter(first, "12345678");
      await lost.page.getByText(lost.t("recovery.bad")).waitFor();
      await look(lost, "14-refused-link");

      const second = await ask(eva, name, false);
      assert.notEqual(second, first);
      await sara.page.reload();
      await press(decide(sara, "approvals.give", "recovery", name));
      const dialog = sara.page.getByRole("alertdialog");
      await dialog.getByText(sara.t("approvals.codeTitle", { name })).waitFor();
      await look(sara, "14-code");
      const code = (await dialog.innerText()).match(/\d{4}-\d{4}/)[0];
      await press(dialog.getByRole("button", { name: sara.t("do.close"), exact: true }).last());

      await enter(second, "00000000");
      await lost.page.getByText(lost.t("recovery.wrongCode")).waitFor();
      await look(lost, "14-wrong-half");
      await lost.page.getByLabel(lost.t("recovery.code")).fill(code);
      await lost.page.keyboard.press("Enter");
      await lost.page.waitForURL((url) => url.pathname === "/invitation");
      await lost.page.getByRole("button", { name: lost.t("invitation.passkeyMake") }).waitFor();
      assert.equal(new URL(lost.page.url()).hash, "", "the token leaves the address bar");
      await look(lost, "14-recovered");
      const headers = { origin: house.url, "x-wardpost-csrf": "1" };
      const old = await lost.context.request.post("/api/v1/session", { data: { login: account.login, password: account.password }, headers });
      assert.equal(old.status(), 401, "what one came in with before has ended");
      await enter(second, code);
      await lost.page.getByText(lost.t("recovery.bad")).waitFor();
      await sara.page.goto("/admin/approvals");
      await sara.page.getByText(sara.t("approvals.state.used")).first().waitFor();

      // Who could have consented reads of every step.
      await sara.page.goto("/");
      await sara.page.getByText(name).first().waitFor();
      await look(sara, "14-notices");
      for (const one of [eva, sara, lost]) await one.close();
    });

    test(`rights over others are given by two (${nameOf(setting)})`, async () => {
      const eva = await device(browser, house, setting);
      await signIn(eva, "eva");
      const { items } = await get(eva, `/people?q=${encodeURIComponent(house.accounts.anna.login)}`);
      const { name } = items[0];
      const roles = await get(eva, "/roles");
      const holds = (permission) => (one) => one.permissions.includes(permission);
      // One for each screen, so that both have something to ask for.
      const wanted = (roles.items ?? roles).find(holds(setting.screen === "phone" ? "audit.read" : "role.manage"));
      const dialog = await edit(eva, name);
      await dialog.getByRole("checkbox", { name: wanted.name, exact: true }).check();
      await press(dialog.getByRole("button", { name: eva.t("do.save"), exact: true }));
      await dialog.getByText(eva.t("consent.needed")).waitFor();
      await dialog.getByLabel(eva.t("recovery.reason")).fill("Stands in for me in August");
      await dialog.getByLabel(eva.t("recovery.reason")).scrollIntoViewIfNeeded();
      await look(eva, "14-needs-consent");
      await press(dialog.getByRole("button", { name: eva.t("consent.ask"), exact: true }));
      await eva.page.getByText(eva.t("consent.asked")).first().waitFor();

      const sara = await device(browser, house, setting);
      await signIn(sara, "sara");
      await sara.page.goto("/admin/approvals");
      await decide(sara, "approvals.give", "roles", name).waitFor();
      await look(sara, "14-rights");
      await press(decide(sara, "approvals.give", "roles", name));
      await sara.page.getByText(sara.t("approvals.done")).first().waitFor();
      const now = (await get(eva, `/people?q=${encodeURIComponent(house.accounts.anna.login)}`)).items[0];
      assert.ok(now.roles.some((role) => role.id === wanted.id));

      // A role that somebody has is not removed: they are named.
      await eva.page.goto("/admin/roles");
      await press(eva.page.getByRole("button", { name: eva.t("roles.edit", { name: wanted.name }) }));
      const role = eva.page.getByRole("dialog");
      await press(role.getByRole("button", { name: eva.t("roles.delete") }));
      await press(role.getByRole("button", { name: eva.t("roles.delete") }));
      const own = wanted.permissions.includes("role.manage");
      const told = own ? eva.t("detail.held_role") : eva.t("detail.role_in_use");
      await role.getByText(told).waitFor();
      if (!own) await role.getByText(name).waitFor();
      await look(eva, "14-role-in-use");
      for (const one of [eva, sara]) await one.close();
    });
  }
});
