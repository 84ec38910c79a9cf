import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { addRecipient, compose, download, file, send, write } from "../lib/acts.js";
import { SETTINGS, device, get, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";

/** A partner of the house, with verified TLS. */
const CLINIC = "diabetespoli@zuiderkliniek.example";
const LETTER = "Mevrouw Zonneveld, geboren 12-03-1956, BSN 111222333, heeft diabetes mellitus type 2 en gebruikt metformine.";

describe("findings", () => {
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

  /** What is marked behind the text, by look. */
  const marked = ({ page }, look) => page.locator(`[aria-hidden=true] > mark[data-look=${look}]`);
  const panel = ({ page, t }) => page.getByRole("region", { name: t("look.person"), exact: true }).last();

  for (const setting of SETTINGS) {
    test(`what is found is marked while one types, told apart without colour, and reported in one press (${nameOf(setting)})`, async () => {
      const anna = await device(browser, house, setting);
      await signIn(anna, "anna");
      const { page, t } = anna;
      await page.goto("/");
      await compose(anna);
      // Emoji and right-to-left words before the finding do not move its mark.
      await write(anna, { subject: "Controle", text: `🩺 مرحبا\n${LETTER}` });
      await marked(anna, "number").filter({ hasText: /^111222333$/ }).waitFor({ state: "attached" });
      await marked(anna, "person").filter({ hasText: /^Zonneveld$/ }).waitFor({ state: "attached" });
      await marked(anna, "health").first().waitFor({ state: "attached" });
      const lines = await page.evaluate(() =>
        ["person", "number", "health"].map((look) => getComputedStyle(document.querySelector(`[aria-hidden=true] > mark[data-look=${look}]`)).textDecorationStyle),
      );
      assert.deepEqual(lines, ["double", "solid", "wavy"]);
      // Typing on keeps the marks where they stand, without waiting for the server.
      const field = page.getByLabel(t("compose.text"), { exact: true });
      await field.press("Control+Home");
      await field.pressSequentially("Beste collega, ");
      assert.equal(await marked(anna, "number").filter({ hasText: /^111222333$/ }).count(), 1);
      await addRecipient(anna, CLINIC);
      if (anna.phone) {
        await page.getByRole("button", { name: t.amid("counted.person", { count: 1 }) }).click();
        await page.getByRole("dialog", { name: t("found.open") }).waitFor();
        await look(anna, "23-sheet");
      }
      const scope = anna.phone ? page.getByRole("dialog") : page;
      await scope.getByRole("button", { name: t("found.show", { text: "Zonneveld" }) }).first().click();
      await page.waitForFunction(() => getSelection() && document.activeElement?.value?.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd) === "Zonneveld");
      // The caret within a mark tells of it, with the one press.
      await field.press("ArrowRight");
      await field.press("ArrowLeft");
      const here = page.getByRole("complementary", { name: t("found.here") });
      await here.getByText(t("finding.PERSON"), { exact: true }).waitFor();
      await look(anna, "23-compose");
      await here.getByRole("button", { name: t("alarm.label", { what: t("alarm.not_patient"), text: "Zonneveld" }) }).click();
      await here.getByText(t("alarm.reported"), { exact: true }).waitFor();
      await here.getByRole("button", { name: t("alarm.noteFor", { text: "Zonneveld" }) }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(t("alarm.noteLabel")).fill("De naam van onze afdeling.");
      await look(anna, "23-note");
      await dialog.getByRole("button", { name: t("alarm.note"), exact: true }).click();
      await page.getByText(t("alarm.noted")).first().waitFor();
      // Nothing changed about the message.
      assert.equal(await marked(anna, "person").filter({ hasText: /^Zonneveld$/ }).count(), 1);
      await anna.close();
    });
  }

  test("what can't be read is named with the reason, and what would make a difference is tried", async () => {
    const anna = await device(browser, house);
    await signIn(anna, "anna");
    const { page, t } = anna;
    await page.goto("/");
    await compose(anna);
    await write(anna, { subject: "Vraag", text: "Zie de bijlage.", files: [{ ...file("archief.7z", ""), buffer: Buffer.from("377abcaf271c0004", "hex") }] });
    await page.getByText(t("whyUnread.archive_format")).first().waitFor();
    await panel(anna).waitFor({ state: "detached" });
    await page.getByText(t("found.unreadSend")).first().waitFor();
    await look(anna, "23-unreadable");
    await anna.close();
  });

  test("the privacy officer decides on false alarms, and a patient's number needs a second thought", async () => {
    const anna = await device(browser, house);
    await signIn(anna, "anna");
    await anna.page.goto("/");
    await compose(anna);
    await write(anna, { subject: "Nummer", text: LETTER });
    const number = anna.page.getByRole("button", { name: anna.t("alarm.label", { what: anna.t("alarm.not_number"), text: "111222333" }) });
    await number.click();
    await anna.page.getByText(anna.t("alarm.done")).first().waitFor();
    await anna.close();
    for (const setting of SETTINGS) {
      const dirk = await device(browser, house, setting);
      await signIn(dirk, "dirk");
      const { page, t } = dirk;
      await page.goto("/admin/false-alarms");
      await page.getByRole("heading", { name: t("alarms.title"), level: 1 }).waitFor();
      await page.getByRole("heading", { name: "Zonneveld", exact: true }).or(page.getByRole("heading", { name: "111222333" })).first().waitFor();
      await look(dirk, "23-false-alarms");
      if (setting.language === "en") {
        await page.getByRole("button", { name: `${t("alarms.accept")}: 111222333` }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel(t("alarms.why")).fill("A form's number");
        await dialog.getByRole("button", { name: t("alarms.accept"), exact: true }).click();
        await dialog.getByText(t("alarms.despiteNeeded")).waitFor();
        await look(dirk, "23-accept");
        await dialog.getByRole("button", { name: t("do.cancel") }).click();
        await page.getByRole("button", { name: "Dismiss: 111222333" }).click();
        await dialog.getByLabel(t("alarms.word")).fill("It is a patient's.");
        await dialog.getByRole("button", { name: t("alarms.dismiss"), exact: true }).click();
        await page.getByText(t("alarms.dismissed")).first().waitFor();
        assert.equal((await get(dirk, "/false-alarms")).items.some((one) => one.text === "111222333"), false);
        // A colleague's name is made an exception, and is not marked any more.
        await page.getByRole("button", { name: /^Make it an exception: Anna/ }).click();
        await dialog.getByLabel(t("alarms.why")).fill("Our own physician.");
        await dialog.getByRole("button", { name: t("alarms.accept"), exact: true }).click();
        await page.getByText(t("alarms.accepted")).first().waitFor();
        const { policy } = await get(dirk, "/policy");
        assert.ok(policy.vocabulary.exceptions.some((one) => one.text.startsWith("Anna") && one.kind === "PERSON"));
      }
      await dirk.close();
    }
  });

  test("the report tells numbers, as chart, table and CSV, and nothing of content", async () => {
    for (const setting of SETTINGS) {
      const dirk = await device(browser, house, setting);
      await signIn(dirk, "dirk");
      const { page, t } = dirk;
      await page.goto("/admin/reports");
      await page.getByRole("heading", { name: t("report.title"), level: 1 }).waitFor();
      await page.getByLabel(t("report.period"), { exact: true }).last().selectOption("week");
      await page.getByRole("img").waitFor();
      await page.getByRole("table", { name: t("report.topic.action") }).waitFor();
      await look(dirk, "23-report");
      await page.getByRole("img").scrollIntoViewIfNeeded();
      await look(dirk, "23-chart");
      await page.getByRole("radio", { name: t("report.table"), exact: true }).check({ force: true });
      await page.getByRole("table", { name: t("report.overTime") }).waitFor();
      await page.getByRole("radio", { name: t("report.direction.incoming"), exact: true }).check({ force: true });
      await look(dirk, "23-report-table");
      const got = await download(page, () => page.getByRole("link", { name: t("report.csv") }).click());
      assert.match(got.text, /outgoing,action,protected,/);
      assert.doesNotMatch(got.text, /Zonneveld|111222333|Anna|El Amrani/);
      await dirk.close();
    }
    // Who may not read reports is not led there, and refused.
    const anna = await device(browser, house);
    await signIn(anna, "anna");
    const answer = await anna.context.request.get("/api/v1/reports/findings?from=2026-01-01&to=2026-01-31");
    assert.equal(answer.status(), 403);
    await anna.close();
  });

  test("what was found in a sent message can be seen and reported", async () => {
    const anna = await device(browser, house);
    await signIn(anna, "anna");
    const { page, t } = anna;
    await page.goto("/");
    await compose(anna);
    await write(anna, { subject: "Intern", text: LETTER });
    await addRecipient(anna, "ben@linde.example");
    await send(anna);
    await page.getByText(t("found.open"), { exact: true }).click();
    await page.getByText(t("finding.BSN")).first().waitFor();
    await look(anna, "23-sent");
    await anna.close();
  });
});
