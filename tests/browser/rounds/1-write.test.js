import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { addRecipient, became, compose, confirm, file, givePhone, rowOf, saved, send, sendButton, write } from "../lib/acts.js";
import { SETTINGS, device, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { linkIn, mailOutside, openHouse, outsideNow } from "../lib/house.js";

describe("writing to anyone", () => {
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
    test(`three kinds of recipients, each with a route and why (${nameOf(setting)})`, async () => {
      const anna = await device(browser, house, setting);
      const { page, t, language, screen } = anna;
      const partner = `cardio.${screen}@zuiderkliniek.example`;
      const patient = `t.mulder.${screen}@postbus.example`;
      const subject = language === "nl" ? `Uitslag en vervolg ${screen}` : `Result and follow-up ${screen}`;
      await signIn(anna, "anna");
      await page.goto("/");
      await compose(anna);
      await look(anna, "1-compose-empty");
      assert.equal(await sendButton(anna).isDisabled(), true);
      await page.getByText(t("compose.whyNobody")).waitFor();

      // A colleague, found by name and taken by keyboard.
      const field = page.getByRole("combobox", { name: t("compose.add") });
      await field.pressSequentially("Ben C");
      await page.getByRole("option", { name: /Ben Carter/ }).waitFor();
      await look(anna, "1-compose-suggestions");
      await field.press("ArrowDown");
      await field.press("Enter");
      const ben = rowOf(anna, "ben@linde.example");
      await ben.getByText(t("route.inside")).waitFor();
      await ben.getByText(t("reason.in_house")).waitFor();

      // A partner whose server proves who it is, and a patient whose provider does not.
      await addRecipient(anna, partner);
      await rowOf(anna, partner).getByText(t("route.verified_tls")).waitFor();
      await rowOf(anna, partner).getByText(t("reason.partner_verified_tls", { partner: "Zuiderkliniek" })).waitFor();
      await addRecipient(anna, patient);
      await rowOf(anna, patient).getByText(t("reason.no_verified_tls")).waitFor();

      // First contacts hold the message back until they are confirmed; the pick-up needs a second factor.
      await page.getByText(t("compose.whyConfirm")).waitFor();
      await look(anna, "1-compose-confirm");
      assert.equal(await sendButton(anna).isDisabled(), true);
      await confirm(anna, partner);
      await confirm(anna, patient);
      await page.getByText(t("compose.whyFactor")).waitFor();
      assert.equal(await sendButton(anna).isDisabled(), true);
      await rowOf(anna, patient).getByLabel(t("compose.phone")).fill("0612");
      await rowOf(anna, patient).getByRole("button", { name: t("compose.factorUse") }).click();
      await rowOf(anna, patient).getByText(t("compose.phoneBad")).waitFor();
      await givePhone(anna, patient, "+31612345677");
      await rowOf(anna, patient).getByText(t("route.pickup")).waitFor();

      // What is typed is looked at while it is typed.
      await page.getByText(t("found.summaryNone")).waitFor();
      const text =
        language === "nl"
          ? "Beste mevrouw Mulder,\n\nU heeft diabetes mellitus type 2 (BSN 111222333). Uw HbA1c is 58 mmol/mol."
          : "Dear Mrs Mulder,\n\nYou have type 2 diabetes mellitus (BSN 111222333). Your HbA1c is 58 mmol/mol.";
      const files = [file("uitslag.txt", "HbA1c 58 mmol/mol")];
      await write(anna, { subject, text, patient: "111222333", files });
      await page.getByText(t("sensitivity.health"), { exact: true }).waitFor();
      await saved(anna);
      await look(anna, "1-compose-ready");

      // The draft stands in the list of drafts, and as it was after loading the page anew.
      await page.reload();
      await saved(anna);
      assert.equal(await page.getByLabel(t("compose.subject"), { exact: true }).inputValue(), subject);
      assert.equal(await page.getByLabel(t("compose.text"), { exact: true }).inputValue(), text);
      assert.equal(await page.getByLabel(t("compose.patient"), { exact: true }).inputValue(), "111222333");
      await page.getByRole("button", { name: t("compose.fileRemove", { name: "uitslag.txt" }) }).waitFor();
      for (const address of ["ben@linde.example", partner, patient]) await rowOf(anna, address).waitFor();
      const composing = page.url();
      await page.goto("/drafts");
      await page.getByText(subject).waitFor();
      await look(anna, "1-drafts");
      await page.goto(composing);

      const arrived = await outsideNow(house);
      await send(anna);
      await became(anna, "ben@linde.example").getByText(t("state.delivered")).waitFor();
      await became(anna, partner).getByText(t("state.delivered")).waitFor();
      await became(anna, patient).getByText(t("state.delivered")).waitFor();
      await look(anna, "1-sent");

      // The partner has it in full, by TLS; the patient's provider has a link and nothing of the content.
      const full = await mailOutside(house, arrived, partner);
      assert.equal(full.subject, subject);
      assert.match(full.text, /HbA1c is 58/);
      assert.deepEqual(full.files, ["uitslag.txt"]);
      assert.match(full.tls, /TLS/);
      const notice = await mailOutside(house, arrived, patient);
      assert.ok(linkIn(notice));
      assert.doesNotMatch(notice.subject + notice.text, /HbA1c|diabetes|111222333|uitslag|Result|Uitslag/);
      assert.deepEqual(notice.files, []);
      await anna.close();
    });
  }

  test("what is no address is not taken, and a recipient is not added twice", async () => {
    const anna = await device(browser, house);
    const { page, t } = anna;
    await signIn(anna, "anna");
    await page.goto("/");
    await compose(anna);
    const field = page.getByRole("combobox", { name: t("compose.add") });
    await field.fill("nobody at nowhere");
    await field.press("Enter");
    await page.getByText(t("compose.badAddress", { text: "nobody at nowhere" })).waitFor();
    await field.fill("");
    await addRecipient(anna, "ben@linde.example");
    await addRecipient(anna, "BEN@linde.example");
    assert.equal(await page.getByRole("region", { name: t("compose.recipients") }).getByRole("listitem").count(), 1);
    await page.getByRole("button", { name: t("compose.discard") }).click();
    await page.getByText(t("compose.discarded"), { exact: true }).locator("visible=true").first().waitFor();
    await anna.close();
  });

  test("an address that looks like a known one is pointed out", async () => {
    const anna = await device(browser, house);
    const { page, t } = anna;
    await signIn(anna, "anna");
    await page.goto("/");
    await compose(anna);
    await addRecipient(anna, "p.vandam@zuiderkIiniek.example");
    const row = page.getByRole("region", { name: t("compose.recipients") }).getByRole("listitem");
    await row.getByText(t("compose.confirmLookAlike", { domain: "zuiderkliniek.example" })).waitFor();
    await look(anna, "1-compose-look-alike");
    await anna.close();
  });
});
