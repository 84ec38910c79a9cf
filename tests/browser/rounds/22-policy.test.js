import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { PATIENTS, addRecipient, compose, file, rowOf, send, write } from "../lib/acts.js";
import { SETTINGS, device, get, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { mailOutside, openHouse, outsideNow } from "../lib/house.js";

/** A partner, whose mail server proves who it is. */
const CLINIC = "diabetespoli@zuiderkliniek.example";
const HEALTH = "Mevrouw J. Hoekstra, geboren 12-03-1956, heeft diabetes mellitus type 2 en gebruikt metformine.";

describe("the policy", () => {
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

  const save = async ({ page, t }, note) => {
    await page.getByLabel(t("policy.note")).fill(note);
    const saved = page.waitForResponse((one) => one.request().method() === "PUT" && one.url().endsWith("/policy"));
    await page.getByRole("button", { name: t("policy.save") }).click();
    assert.equal((await saved).status(), 200);
    await page.getByText(t("policy.saved")).first().waitFor();
  };

  for (const setting of SETTINGS) {
    test(`own words and exceptions are tried on a text before they are saved (${nameOf(setting)})`, async () => {
      const dirk = await device(browser, house, setting);
      const { page, t, screen } = dirk;
      await signIn(dirk, "dirk");
      await page.goto("/admin/policy");
      const before = await get(dirk, "/policy");
      const trial = page.getByRole("region", { name: t("try.title") });
      await trial.waitFor();
      await look(dirk, "22-policy");

      // An example, with what it triggers and why, marked where it stands.
      await trial.getByRole("button", { name: t("tryExample.Referral") }).click();
      await trial.getByText(t("sensitivity.health"), { exact: true }).first().waitFor();
      assert.ok((await trial.locator("mark").count()) > 1);
      assert.equal(await trial.locator("tr[data-to=verified_tls] [data-action]").first().getAttribute("data-action"), "protect");
      await look(dirk, "22-try-referral");

      // A newsletter triggers nothing.
      await trial.getByRole("button", { name: t("tryExample.News") }).click();
      await trial.getByText(t("sensitivity.none"), { exact: true }).first().waitFor();

      // The organisation's own word and number count in the trial at once, and nowhere else yet.
      const word = `avondgroep ${screen}`;
      await trial.getByLabel(t("try.text")).fill(`Mevrouw Els Visser gaat naar de ${word}. De pallet heeft label ZX-104477.`);
      const words = page.getByLabel(t("policy.conditions"));
      await words.fill(`${await words.inputValue()}\n${word}`);
      await trial.getByText(t("sensitivity.health"), { exact: true }).first().waitFor();
      await trial.getByText(t("try.now"), { exact: true }).first().waitFor();
      await page.getByRole("button", { name: t("policy.numberAdd") }).click();
      await page.getByLabel(t("policy.numberName")).fill(`Dossier ${screen}`);
      await page.getByLabel(t("policy.numberPattern")).fill("(");
      await page.getByRole("button", { name: t("policy.add"), exact: true }).click();
      await trial.getByText(t("policy.faults")).waitFor();
      await look(dirk, "22-try-pattern-wrong");
      await page.getByRole("button", { name: t("policy.remove", { what: `Dossier ${screen}` }) }).click();
      await page.getByRole("button", { name: t("policy.exceptionAdd") }).click();
      await page.getByRole("button", { name: t("policy.add"), exact: true }).click();
      await page.getByText(t("policy.needed")).first().waitFor();
      await page.getByLabel(t("policy.exceptionText")).fill(word);
      await page.getByLabel(t("policy.exceptionWhy")).fill("Ook de naam van het zangkoor.");
      await page.getByLabel(t("policy.exceptionUntil")).fill("2031-12-31");
      await look(dirk, "22-exception");
      await page.getByRole("button", { name: t("policy.add"), exact: true }).click();
      await trial.getByText(t("sensitivity.none"), { exact: true }).first().waitFor();
      const letter = { name: "brief.txt", mimeType: "text/plain", buffer: Buffer.from(HEALTH) };
      await trial.locator("input[type=file]").setInputFiles(letter);
      await trial.getByText(t("sensitivity.health"), { exact: true }).first().waitFor();
      await look(dirk, "22-try-file");
      assert.equal((await get(dirk, "/policy")).version, before.version, "trying saves nothing");

      await save(dirk, `Eigen woorden ${screen}.`);
      const after = await get(dirk, "/policy");
      assert.ok(after.policy.vocabulary.conditions.includes(word));
      assert.ok(after.names[after.policy.vocabulary.exceptions.at(-1).added_by], "the server names who added it");
      await page.getByText(word).first().waitFor();
      await look(dirk, "22-saved");
      await dirk.close();
    });

    test(`what a row lets is sent anyway, for a reason that is read with it (${nameOf(setting)})`, async () => {
      const dirk = await device(browser, house, setting);
      await signIn(dirk, "dirk");
      await dirk.page.goto("/admin/policy");
      const cell = dirk.page.getByLabel(dirk.t("policy.cell", { found: dirk.t("sensitivity.health"), to: dirk.t("destination.partner") }));
      await cell.waitFor();
      if ((await cell.inputValue()) !== "protect") {
        await cell.selectOption("protect");
        await save(dirk, "Ook partners halen op.");
      }
      const anna = await device(browser, house, setting);
      const { page, t } = anna;
      await signIn(anna, "anna");
      await page.goto("/");
      await compose(anna);
      await write(anna, { subject: "Verwijzing", text: HEALTH });
      await addRecipient(anna, CLINIC);
      await rowOf(anna, CLINIC).getByText(t("reason.policy_protects")).waitFor();
      const open = page.getByRole("button", { name: t("anyway.open") });
      await open.waitFor();
      const ask = rowOf(anna, CLINIC).getByRole("button", { name: t("compose.confirm", { address: CLINIC }) });
      if ((await ask.count()) > 0) await ask.click();
      await look(anna, "22-anyway-offer");
      await open.click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: t("anyway.send"), exact: true }).click();
      await dialog.getByText(t("anyway.reasonNeeded")).waitFor();
      const reason = "De kliniek kan nu niet ophalen; spoed.";
      await dialog.getByLabel(t("anyway.reason")).fill(reason);
      await look(anna, "22-anyway");
      const arrived = await outsideNow(house);
      await dialog.getByRole("button", { name: t("anyway.send"), exact: true }).click();
      await page.waitForURL(/\/mail\/[^/]+\/sent\/[^/]+$/);
      await page.getByText(t("reader.sentAnyway", { reason })).waitFor();
      await look(anna, "22-anyway-sent");
      const mail = await mailOutside(house, arrived, CLINIC);
      assert.match(mail.text, /Hoekstra/, "by the ordinary route: the content itself, over verified TLS");
      // The privacy officer reads it in the log.
      const log = await get(dirk, "/audit?kind=message.sent_anyway");
      assert.ok(log.items.some((one) => one.details.why === reason), JSON.stringify(log.items[0]));
      await Promise.all([anna.close(), dirk.close()]);
    });

    test(`a reviewer takes on what waits, filters by what holds it, and sees how long (${nameOf(setting)})`, async () => {
      const chantal = await device(browser, house, setting);
      await signIn(chantal, "chantal");
      const subject = `Lijst in behandeling ${setting.screen}`;
      await chantal.page.goto("/");
      await compose(chantal);
      await write(chantal, { subject, text: "De lijst staat in de bijlage.", files: [file("oproeplijst.csv", PATIENTS)] });
      await addRecipient(chantal, CLINIC);
      await chantal.page.getByText(chantal.t("compose.whyHold")).waitFor();
      await send(chantal);
      const dirk = await device(browser, house, setting);
      const { page, t } = dirk;
      await signIn(dirk, "dirk");
      await page.goto("/review");
      await page.getByLabel(t("review.filter")).selectOption("identifier");
      await page.getByText(t("review.filterNone")).waitFor();
      await page.getByLabel(t("review.filter")).selectOption("health_many");
      await look(dirk, "22-queue");
      await page.getByRole("link").filter({ hasText: subject }).click();
      await page.getByRole("heading", { name: subject, level: 1 }).waitFor();
      await page.getByRole("button", { name: t("review.claim"), exact: true }).click();
      await page.getByText(t("review.claimed"), { exact: true }).waitFor();
      await look(dirk, "22-claimed");
      await page.getByRole("button", { name: t("review.refuse"), exact: true }).click();
      await page.getByRole("dialog").getByLabel(t("review.reason"), { exact: true }).fill("Niet nodig.");
      await page.getByRole("dialog").getByRole("button", { name: t("review.refuse"), exact: true }).click();
      await page.getByText(t("review.refused"), { exact: true }).first().waitFor();
      await Promise.all([chantal.close(), dirk.close()]);
    });
  }
});
