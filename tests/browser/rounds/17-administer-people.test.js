import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { download } from "../lib/acts.js";
import { SETTINGS, device, get, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";

describe("administering people", () => {
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
    test(`what a person may do and why stands on their page, by keyboard (${nameOf(setting)})`, async () => {
      const eva = await device(browser, house, setting);
      const { page, t } = eva;
      await signIn(eva, "eva");
      await page.goto("/admin/people");
      const link = page.getByRole("link", { name: "Anna de Vries", exact: true });
      await link.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Anna de Vries", level: 1 }).waitFor();
      const rights = page.getByRole("table", { name: t("rights.title", { name: "Anna de Vries" }) });
      const row = rights.getByRole("row").filter({ hasText: t("permission.mail.read") });
      await row.getByText(t("rights.allowed"), { exact: true }).waitFor();
      await row.getByText(t.amid("source.role", { name: "Arts" })).waitFor();
      await page.getByRole("table", { name: t("person.mailboxes") }).waitFor();
      await look(eva, "17-person");
      // Nothing of a patient stands here but numbers.
      assert.ok(!(await page.content()).includes("El Amrani"));
      await page.getByLabel(t("rights.where"), { exact: true }).selectOption("elsewhere");
      await rights.waitFor();
      assert.equal(await page.getByRole("button", { name: t("person.historyShow") }).count(), 0, "the log is not the administrator's");
      await eva.close();

      const dirk = await device(browser, house, setting);
      await signIn(dirk, "dirk");
      await dirk.page.goto("/admin/who");
      await dirk.page.getByLabel(t("who.permission")).selectOption("role.manage");
      await dirk.page.getByRole("link", { name: "Eva Smit" }).waitFor();
      await look(dirk, "17-who-can");
      await dirk.page.getByRole("link", { name: "Eva Smit" }).press("Enter");
      await dirk.page.getByRole("button", { name: t("person.historyShow") }).press("Enter");
      await dirk.page.getByRole("table", { name: t("log.title") }).getByText(t("audit.person.created")).first().waitFor();
      await look(dirk, "17-person-history");
      await dirk.close();
    });

    test(`who can open a patient is told to the privacy officer (${nameOf(setting)})`, async () => {
      const dirk = await device(browser, house, setting);
      const { page, t } = dirk;
      await signIn(dirk, "dirk");
      const found = await get(dirk, "/patients?q=111222333");
      await page.goto(`/patients/${found.items[0].id}`);
      await page.getByRole("button", { name: t("openers.show") }).press("Enter");
      const table = page.getByRole("table", { name: t("openers.title") });
      await table.getByRole("row").filter({ hasText: "Anna de Vries" }).first().waitFor();
      await look(dirk, "17-openers");
      await dirk.close();
    });

    test(`a role is given to several at once, seen beforehand, and taken back, by keyboard (${nameOf(setting)})`, async () => {
      const eva = await device(browser, house, setting);
      const { page, t } = eva;
      await signIn(eva, "eva");
      await page.goto("/admin/people");
      for (const name of ["Anna de Vries", "Ben Carter", "Eva Smit"]) {
        const box = page.getByRole("checkbox", { name: t("bulk.choose", { name }) });
        await box.focus();
        await page.keyboard.press("Space");
        assert.ok(await box.isChecked());
      }
      await page.getByText(t("bulk.chosen", { count: 3 }), { exact: true }).waitFor();
      await page.getByLabel(t("bulk.act"), { exact: true }).selectOption("give_role");
      const roles = await get(eva, "/roles");
      const desk = (roles.items ?? roles).find((one) => one.permissions.includes("patient.manage"));
      await page.getByLabel(t("person.role"), { exact: true }).last().selectOption(desk.id);
      await look(eva, "17-bulk-bar");
      await page.getByRole("button", { name: t("bulk.preview") }).press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.getByText(t("bulk.no.own_roles")).waitFor();
      await look(eva, "17-bulk-preview");
      await dialog.getByRole("button", { name: t("bulk.run", { count: 2 }) }).press("Enter");
      await dialog.waitFor({ state: "detached" });
      const row = page.getByRole("row").filter({ hasText: "ben.carter@" }).or(page.getByRole("row").filter({ hasText: "Ben Carter" }));
      await row.getByText(desk.name).first().waitFor();
      const undo = page.getByRole("button", { name: t("bulk.undoName", { act: t("bulk.act.give_role") }) });
      await undo.waitFor();
      await look(eva, "17-bulk-done");
      await undo.press("Enter");
      await undo.waitFor({ state: "detached" });
      await row.getByText(desk.name).first().waitFor({ state: "detached" });

      // A role with rights over others is asked for, for each, with a reason; taken back while nobody has decided.
      for (const name of ["Anna de Vries", "Ben Carter"]) await page.getByRole("checkbox", { name: t("bulk.choose", { name }) }).check();
      await page.getByLabel(t("bulk.act"), { exact: true }).selectOption("give_role");
      const officer = (roles.items ?? roles).find((one) => one.permissions.includes("audit.read"));
      await page.getByLabel(t("person.role"), { exact: true }).last().selectOption(officer.id);
      await page.getByRole("button", { name: t("bulk.preview") }).press("Enter");
      await dialog.getByText(t("bulk.consent")).first().waitFor();
      const run = dialog.getByRole("button", { name: t("bulk.run", { count: 2 }) });
      assert.ok(await run.isDisabled());
      await dialog.getByLabel(t("recovery.reason")).fill("Nieuwe waarnemers");
      await look(eva, "17-bulk-consent");
      await run.press("Enter");
      await dialog.waitFor({ state: "detached" });
      await undo.press("Enter");
      await undo.waitFor({ state: "detached" });

      // The filter narrows the list on the server.
      await page.getByText(t("filter.title", { count: 0 }), { exact: true }).click();
      await page.getByLabel(t("person.role"), { exact: true }).first().selectOption(desk.id);
      await page.getByRole("link", { name: "Chantal Bakker", exact: true }).waitFor();
      await page.getByRole("link", { name: "Anna de Vries", exact: true }).waitFor({ state: "detached" });
      await look(eva, "17-filter");
      // It stands in the address: who comes back finds it again. Names that one looks for do not.
      await page.getByLabel(t("person.role"), { exact: true }).first().selectOption("");
      await page.getByLabel(t("filter.kind"), { exact: true }).selectOption("carer");
      await page.getByLabel(t("filter.source"), { exact: true }).selectOption("house");
      await page.getByLabel(t("people.find")).fill("e");
      await page.getByRole("link", { name: "Anna de Vries", exact: true }).waitFor({ state: "detached" });
      assert.equal(new URL(page.url()).search, "?kind=carer&source=house");
      await page.reload();
      await page.getByText(t("filter.title", { count: 2 }), { exact: true }).waitFor();
      assert.equal(await page.getByLabel(t("filter.kind"), { exact: true }).inputValue(), "carer");
      await page.getByRole("link", { name: "Anna de Vries", exact: true }).waitFor({ state: "detached" });
      await look(eva, "17-filter-kept");
      await eva.close();
    });
  }

  test("an access review is decided by two officers, closed, taken along, and the next one begun", async () => {
    const [desktop, phone] = SETTINGS;
    const dirk = await device(browser, house, desktop);
    const { page, t } = dirk;
    await signIn(dirk, "dirk");
    await page.goto("/admin/reviews");
    const table = page.getByRole("table", { name: t("reviews.part") });
    const rowOf = (name) => table.getByRole("row").filter({ hasText: name });
    // The demo's review is begun, and half done.
    await rowOf("Chantal Bakker").waitFor();
    await table.getByText(t("reviews.own")).waitFor();
    assert.equal(await rowOf("Anna de Vries").count(), 0, "who was decided on is done");
    await look(dirk, "17-review-open");
    assert.ok(await page.getByRole("button", { name: t("reviews.close") }).isDisabled());
    await page.getByLabel(t("reviews.show"), { exact: true }).selectOption("changes");
    await rowOf("Ben Carter").getByText(t("reviews.was.change"), { exact: true }).waitFor();
    await look(dirk, "17-review-changes");
    await page.getByLabel(t("reviews.show"), { exact: true }).selectOption("open");
    await rowOf("Chantal Bakker").waitFor();
    await page.getByRole("button", { name: t("reviews.doName", { what: t("reviews.do.change"), name: "Chantal Bakker" }) }).press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(t("reviews.note")).fill("Waarneming is voorbij: rol ontnemen.");
    await look(dirk, "17-review-change");
    await dialog.getByRole("button", { name: t("do.save") }).press("Enter");
    await dialog.waitFor({ state: "detached" });
    // Everybody else stays.
    const all = page.getByRole("region", { name: t("bulk.title") });
    await all.getByRole("checkbox").press("Space");
    await all.getByRole("button", { name: t("reviews.do.keep"), exact: true }).press("Enter");
    await rowOf("Eva Smit").waitFor({ state: "detached" });

    // His own rights are another's to decide about: on a phone, in Dutch.
    const sara = await device(browser, house, phone);
    await signIn(sara, "sara");
    await sara.page.goto("/admin/reviews");
    await sara.page.getByRole("table", { name: sara.t("reviews.part") }).getByText("Dirk Mulder").waitFor();
    await look(sara, "17-review-open");
    await sara.page
      .getByRole("button", { name: sara.t("reviews.doName", { what: sara.t("reviews.do.keep"), name: "Dirk Mulder" }) })
      .press("Enter");
    await sara.page.getByText(sara.t("reviews.allDecided")).waitFor();
    await sara.page.getByRole("button", { name: sara.t("reviews.close") }).press("Enter");
    await sara.page.getByRole("dialog").getByRole("button", { name: sara.t("reviews.close") }).press("Enter");
    await sara.page.getByRole("table", { name: sara.t("reviews.past") }).waitFor();
    await look(sara, "17-review-closed");
    const kept = await download(sara.page, () => sara.page.getByRole("link", { name: sara.t("reviews.evidenceOf") }).click());
    assert.match(kept.text, /Chantal Bakker.*,change,Dirk Mulder,.*Waarneming is voorbij/, "the decision on one is not taken for the others'");
    assert.match(kept.text, /Eva Smit.*,keep,Dirk Mulder,/);
    await sara.page.getByRole("button", { name: sara.t("reviews.begin") }).press("Enter");
    await sara.page.getByRole("table", { name: sara.t("reviews.part") }).getByText("Anna de Vries").waitFor();
    await Promise.all([sara.close(), dirk.close()]);

    const eva = await device(browser, house, phone);
    await signIn(eva, "eva");
    await eva.page.goto("/admin/people");
    await eva.page.getByText("Waarneming is voorbij: rol ontnemen.").waitFor();
    await look(eva, "17-review-asks");
    await eva.close();
  });
});
