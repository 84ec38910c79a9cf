import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { download } from "../lib/acts.js";
import { SETTINGS, device, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";

describe("proving what happened", () => {
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
    test(`the privacy officer finds entries, and takes them along (${nameOf(setting)})`, async () => {
      const dirk = await device(browser, house, setting);
      const { page, t } = dirk;
      await signIn(dirk, "dirk");
      await page.goto("/audit");
      const rows = page.getByRole("table", { name: t("log.title") }).locator("tbody tr");
      await rows.first().waitFor();
      await look(dirk, "6-log");
      const search = page.getByRole("search");
      const find = async () => {
        const [answer] = await Promise.all([
          page.waitForResponse((r) => /\/audit\?/.test(r.url()) && r.ok()),
          search.getByRole("button", { name: t("log.find") }).click(),
        ]);
        return (await answer.json()).items;
      };

      // By patient.
      // On a phone what is asked for less is behind a button.
      if (setting.screen === "phone") await search.getByRole("button", { name: t("log.more") }).click();
      await search.getByLabel(t("log.patient")).fill("123456782");
      let items = await find();
      assert.ok(items.length > 3);
      assert.ok(items.every((one) => one.details.patient.includes("123456782")));
      await rows.filter({ hasText: "123456782" }).first().waitFor();

      // By person and kind.
      await search.getByRole("button", { name: t("log.clear") }).click();
      await search.getByLabel(t("log.person")).fill("Nobody Known");
      await search.getByRole("button", { name: t("log.find") }).click();
      await page.getByText(t("log.personUnknown")).waitFor();
      await search.getByLabel(t("log.person")).fill("Anna de Vries");
      await search.getByLabel(t("log.kind")).selectOption("message.sent");
      items = await find();
      assert.ok(items.length >= 4);
      assert.ok(items.every((one) => one.kind === "message.sent" && one.details.agent_name === "Anna de Vries"));
      await page.getByRole("button", { name: t("log.kindRemove", { kind: t("audit.message.sent") }) }).waitFor();
      await look(dirk, "6-found");

      // By time: nothing of next year; everything of until today.
      await search.getByLabel(t("log.from")).fill("2099-01-01");
      assert.deepEqual(await find(), []);
      await page.getByText(t("log.none"), { exact: true }).waitFor();
      await look(dirk, "6-nothing-found");
      await search.getByLabel(t("log.from")).fill("2020-01-01");
      const all = await find();
      assert.equal(all.length, items.length);

      // As CSV and as FHIR, with the same filters.
      const csv = await download(page, () => page.getByRole("link", { name: t("log.csv") }).click());
      assert.match(csv.name, /\.csv$/);
      assert.equal(csv.text.trim().split("\n").filter((line) => line.includes("message.sent")).length, all.length);
      const fhir = await download(page, () => page.getByRole("link", { name: t("log.fhir") }).click());
      const bundle = JSON.parse(fhir.text);
      assert.equal(bundle.resourceType, "Bundle");
      const events = bundle.entry.map((one) => one.resource).filter((one) => one.resourceType === "AuditEvent");
      assert.equal(events.length, all.length);

      // One entry: all that is known of it, its proof, and everything else about the same message.
      await rows.first().getByRole("button", { name: t("log.open") }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText(all[0].id).waitFor();
      await look(dirk, "6-entry");
      const proof = await download(page, () => dialog.getByRole("button", { name: t("log.proof") }).click());
      assert.match(proof.text, /tlog-proof/);
      await dialog.getByRole("button", { name: t("log.onlyMessage") }).click();
      await dialog.waitFor({ state: "detached" });
      await rows.filter({ hasText: t("audit.message.sent") }).first().waitFor();
      assert.equal(await search.getByLabel(t("log.message")).inputValue(), all[0].object.id);

      // The search was written down as well.
      await search.getByRole("button", { name: t("log.clear") }).click();
      await search.getByLabel(t("log.kind")).selectOption("audit.searched");
      assert.ok((await find()).length >= 4);
      await dirk.close();
    });

    test(`the log proves itself unaltered (${nameOf(setting)})`, async () => {
      const dirk = await device(browser, house, setting);
      const { page, t } = dirk;
      await signIn(dirk, "dirk");
      await page.goto("/audit");
      await page.getByRole("radio", { name: t("log.integrity") }).check();
      await page.getByRole("button", { name: t("log.verify") }).click();
      await page.getByText(t("log.ok")).waitFor();
      await look(dirk, "6-integrity");
      await dirk.close();
    });
  }

  test("who may not read the log is told so, and that is written down", async () => {
    const anna = await device(browser, house);
    await signIn(anna, "anna");
    const refused = await anna.context.request.get("/api/v1/audit");
    assert.equal(refused.status(), 403);
    await anna.page.goto("/audit");
    await anna.page.getByText(anna.t("problem.forbidden")).waitFor();
    await look(anna, "6-not-allowed");
    await anna.close();
    const dirk = await device(browser, house);
    await signIn(dirk, "dirk");
    const denied = await (await dirk.context.request.get("/api/v1/audit?kind=access.denied")).json();
    assert.ok(denied.items.some((one) => one.details.agent_name === "Anna de Vries"));
    await dirk.close();
  });
});
