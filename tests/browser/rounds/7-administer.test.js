import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { download } from "../lib/acts.js";
import { SETTINGS, device, get, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";
import { Authenticator } from "../lib/totp.js";

const PASSWORD = "vier gele fietsen bij de sluis";

describe("administering", () => {
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
    test(`a person is invited, accepts, signs in, and is signed out by the administrator (${nameOf(setting)})`, async () => {
      const eva = await device(browser, house, setting);
      const { page, t } = eva;
      await signIn(eva, "eva");
      const roles = await get(eva, "/roles");
      const clinician = (roles.items ?? roles).find((one) => one.permissions.includes("mail.send") && !one.permissions.includes("audit.read"));
      const name = `Fleur Jacobs ${setting.screen}`;
      const login = `fleur.${setting.screen}@linde.example`;
      await page.goto("/admin/people");
      await page.getByRole("button", { name: t("people.invite") }).click();
      const form = page.getByRole("dialog");
      await form.getByLabel(t("admin.name"), { exact: true }).fill(name);
      await form.getByLabel(t("people.login")).fill(login);
      await form.getByRole("textbox", { name: t("people.function") }).fill("Huisarts in opleiding");
      await form.getByRole("radio", { name: setting.language === "nl" ? "Nederlands" : "English" }).check();
      await form.getByRole("checkbox", { name: clinician.name }).check();
      await form.getByLabel(t("people.mailbox")).fill(login);
      await look(eva, "7-invite");
      await form.getByRole("button", { name: t("people.sendInvite") }).click();
      const shown = page.getByRole("alertdialog");
      const link = await shown.locator("code").innerText();
      await look(eva, "7-invitation-link");
      await shown.getByRole("button", { name: t("do.close"), exact: true }).click();
      await page.getByRole("row").filter({ hasText: login }).getByText(t("people.state.invited")).waitFor();

      const fleur = await device(browser, house, setting);
      await fleur.page.goto(link);
      await fleur.page.getByText(t("invitation.login", { login })).waitFor();
      assert.equal(new URL(fleur.page.url()).hash, "");
      await look(fleur, "7-accept");
      const accept = fleur.page.getByRole("button", { name: t("invitation.accept") });
      const password = fleur.page.getByLabel(t("password.new"), { exact: true });
      const code = fleur.page.getByLabel(t("invitation.code"));
      const app = new Authenticator(await fleur.page.locator("code").first().innerText());
      await password.fill("kort");
      await code.fill("000000");
      await accept.click();
      await fleur.page.getByText(t("password.too_short")).waitFor();
      await password.fill(PASSWORD);
      await code.fill(app.oldCode());
      await accept.click();
      await fleur.page.getByText(t("invitation.wrongCode")).waitFor();
      await look(fleur, "7-accept-wrong");
      await code.fill(await app.code());
      await accept.click();
      await fleur.page.getByRole("heading", { name: t("invitation.done") }).waitFor();
      await look(fleur, "7-recovery-codes");
      const codes = await fleur.page.locator(".recovery code").allInnerTexts();
      const kept = await download(fleur.page, () => fleur.page.getByRole("button", { name: t("recovery.download") }).click());
      assert.ok(codes.length >= 8 && codes.every((one) => kept.text.includes(one)));
      await fleur.page.getByRole("button", { name: t("invitation.kept") }).click();

      await fleur.page.getByLabel(t("signIn.login")).fill(login);
      await fleur.page.getByLabel(t("signIn.password"), { exact: true }).fill(PASSWORD);
      await fleur.page.getByRole("button", { name: t("signIn.next") }).click();
      await fleur.page.getByLabel(t("signIn.code")).fill(await app.code());
      await fleur.page.getByRole("button", { name: t("signIn.finish"), exact: true }).click();
      await fleur.page.getByRole("heading", { name: t("folder.inbox"), level: 1 }).waitFor();
      await fleur.page.getByText(t("mail.emptyInbox")).waitFor();
      await look(fleur, "7-first-inbox");

      // An invitation works once.
      const other = await device(browser, house, setting);
      await other.page.goto(link);
      await other.page.getByText(t("invitation.bad")).waitFor();
      await look(other, "7-invitation-used");
      await other.close();

      // The administrator ends the sessions: the open screen is left at once.
      await page.reload();
      await page.getByRole("button", { name: t("people.edit", { name }) }).click();
      await page.getByRole("dialog").getByRole("button", { name: t("people.endSessions") }).click();
      await fleur.page.getByRole("heading", { name: t("signIn.title"), level: 1 }).waitFor();
      await page.getByRole("dialog").getByRole("button", { name: t("people.disable"), exact: true }).click();
      await page.getByText(t("people.disableText", { name })).waitFor();
      await look(eva, "7-block");
      await page.getByRole("dialog").getByRole("button", { name: t("people.disable"), exact: true }).click();
      await page.getByRole("row").filter({ hasText: login }).getByText(t("people.state.disabled")).waitFor();
      await fleur.page.getByLabel(t("signIn.login")).fill(login);
      await fleur.page.getByLabel(t("signIn.password"), { exact: true }).fill(PASSWORD);
      await fleur.page.getByRole("button", { name: t("signIn.next") }).click();
      await fleur.page.getByText(t("signIn.wrong")).waitFor();
      await Promise.all([fleur.close(), eva.close()]);
    });

    test(`roles, mailboxes, domains and partners are made and changed (${nameOf(setting)})`, async () => {
      const eva = await device(browser, house, setting);
      const { page, t, screen } = eva;
      await signIn(eva, "eva");
      const dialog = page.getByRole("dialog");
      const save = dialog.getByRole("button", { name: t("do.save") });

      await page.goto("/admin/roles");
      await page.getByRole("button", { name: t("roles.new") }).click();
      const role = `Stagiair ${screen}`;
      await dialog.getByLabel(t("admin.name"), { exact: true }).fill(role);
      await dialog.getByRole("checkbox", { name: t("permission.person.read"), exact: true }).check();
      await look(eva, "7-role");
      await save.click();
      await page.getByRole("columnheader", { name: role }).waitFor();
      await page.getByRole("button", { name: t("roles.edit", { name: role }) }).click();
      await dialog.getByRole("button", { name: t("roles.delete") }).click();
      await look(eva, "7-role-remove");
      await dialog.getByRole("button", { name: t("roles.delete") }).click();
      await page.getByRole("columnheader", { name: role }).waitFor({ state: "detached" });

      await page.goto("/admin/mailboxes");
      await page.getByRole("button", { name: t("boxes.new") }).click();
      await dialog.getByLabel(t("boxes.address")).fill(`poh.${screen}@linde.example`);
      await dialog.getByLabel(t("boxes.shownName")).fill(`Praktijkondersteuner ${screen}`);
      await dialog.getByRole("checkbox", { name: "Ben Carter" }).check();
      await look(eva, "7-mailbox");
      await save.click();
      await page.getByRole("row").filter({ hasText: `poh.${screen}@linde.example` }).getByText("Ben Carter").waitFor();
      await page.getByRole("button", { name: t("boxes.edit", { name: `Praktijkondersteuner ${screen}` }) }).click();
      await dialog.getByRole("checkbox", { name: t("boxes.active") }).uncheck();
      await save.click();
      await page.getByRole("row").filter({ hasText: `poh.${screen}@linde.example` }).getByText(t("boxes.inactive")).waitFor();

      await page.goto("/admin/partners");
      await page.getByLabel(t("partners.domain"), { exact: true }).fill(`${screen}.linde.example`);
      await page.getByRole("button", { name: t("partners.addDomain") }).click();
      const remove = page.getByRole("listitem").getByRole("button", { name: t("partners.removeDomain", { domain: `${screen}.linde.example` }) });
      await remove.click();
      await look(eva, "7-domain-remove");
      await dialog.getByRole("button", { name: t("partners.removeDomain", { domain: `${screen}.linde.example` }) }).click();
      await remove.waitFor({ state: "detached" });
      await page.getByRole("button", { name: t("partners.new") }).click();
      const partner = `Oude Stad ${screen}`;
      await dialog.getByLabel(t("admin.name"), { exact: true }).fill(partner);
      const domain = screen === "phone" ? "oudestad.example" : "postbus.example";
      await dialog.getByLabel(t("partners.domain")).fill(domain);
      await dialog.getByLabel(t("partners.note")).fill("Overeenkomst van mei.");
      await look(eva, "7-partner");
      await save.click();
      const row = page.getByRole("row").filter({ hasText: partner });
      await row.getByRole("button", { name: new RegExp(t("partners.check")) }).click();
      await row.getByText(t("partners.tls.unverified"), { exact: true }).waitFor();
      const clinic = page.getByRole("row").filter({ hasText: "zuiderkliniek.example" });
      await clinic.getByRole("button", { name: new RegExp(t("partners.check")) }).click();
      await clinic.getByText(t("partners.tls.verified"), { exact: true }).waitFor();
      await look(eva, "7-partners");
      await row.getByRole("button", { name: t("partners.edit", { name: partner }) }).click();
      await dialog.getByRole("button", { name: t("partners.remove") }).click();
      await dialog.getByText(t("partners.removeText", { domain })).waitFor();
      await dialog.getByRole("button", { name: t("partners.remove") }).click();
      await row.waitFor({ state: "detached" });
      await eva.close();
    });

    test(`the policy is changed with a reason, and the older version is kept (${nameOf(setting)})`, async () => {
      const dirk = await device(browser, house, setting);
      const { page, t } = dirk;
      await signIn(dirk, "dirk");
      await page.goto("/admin/policy");
      const before = await get(dirk, "/policy");
      const cell = page.getByLabel(t("policy.cell", { found: t("sensitivity.identifier"), to: t("destination.partner") }));
      await cell.selectOption((await cell.inputValue()) === "hold" ? "protect" : "hold");
      await page.getByRole("button", { name: t("policy.save") }).click();
      await page.getByText(t("policy.noteNeeded")).waitFor();
      await page.getByLabel(t("policy.note")).fill("Na overleg met de kliniek.");
      await look(dirk, "7-policy-changes");
      await page.getByRole("button", { name: t("policy.save") }).click();
      await page.getByText(t("policy.saved")).first().waitFor();
      await page.getByText("Na overleg met de kliniek.").first().waitFor();
      const after = await get(dirk, "/policy");
      assert.equal(after.version, before.version + 1);
      assert.equal(after.note, "Na overleg met de kliniek.");
      const versions = await get(dirk, "/policy/versions");
      assert.deepEqual((versions.items ?? versions).find((one) => one.version === before.version).policy, before.policy);
      await dirk.close();
    });

    test(`sessions are seen and ended (${nameOf(setting)})`, async () => {
      const eva = await device(browser, house, setting);
      const { page, t } = eva;
      await signIn(eva, "eva");
      house.accounts.chantal.cookies = undefined;
      const chantal = await device(browser, house, setting);
      await signIn(chantal, "chantal");
      await chantal.page.goto("/");
      await chantal.page.getByRole("heading", { name: t("folder.inbox"), level: 1 }).waitFor();
      await page.goto("/admin/sessions");
      await page.getByText(t("sessions.current")).waitFor();
      await look(eva, "7-sessions");
      const rows = page.getByRole("row").filter({ hasText: "Chantal Bakker" });
      await rows.first().waitFor();
      for (let left = await rows.count(); left > 0; left--) {
        await rows.first().getByRole("button").click();
        await rows.nth(left - 1).waitFor({ state: "detached" });
      }
      await chantal.page.getByRole("heading", { name: t("signIn.title"), level: 1 }).waitFor();
      house.accounts.chantal.cookies = undefined;
      await Promise.all([eva.close(), chantal.close()]);
    });
  }
});
