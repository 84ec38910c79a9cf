import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { PATIENTS, addRecipient, became, compose, confirm, file, giveSecret, lineOf, openFolder, rowOf, send, sendButton, write } from "../lib/acts.js";
import { SETTINGS, device, get, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { linkIn, mailOutside, openHouse, outsideNow } from "../lib/house.js";

/** Known to the house, with the secret that was agreed. */
const CLINIC = "diabetespoli@zuiderkliniek.example";

describe("the gate", () => {
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

  /** A list of many patients to the partner: the policy wants a second pair of eyes. */
  async function listOfMany(chantal, subject, first = false) {
    await chantal.page.goto("/");
    await compose(chantal);
    await write(chantal, { subject, text: "De lijst staat in de bijlage.", files: [file("oproeplijst.csv", PATIENTS)] });
    await addRecipient(chantal, CLINIC);
    await chantal.page.getByText(chantal.t("sensitivity.health_many"), { exact: true }).waitFor();
    await rowOf(chantal, CLINIC).getByText(chantal.t("reason.policy_holds")).waitFor();
    if (first) await confirm(chantal, CLINIC);
    await chantal.page.getByText(chantal.t("compose.whyHold")).waitFor();
  }

  for (const setting of SETTINGS) {
    test(`what the policy holds waits, is judged by a second pair of eyes, and goes (${nameOf(setting)})`, async () => {
      const chantal = await device(browser, house, setting);
      await signIn(chantal, "chantal");
      const dirk = await device(browser, house, setting);
      await signIn(dirk, "dirk");
      await dirk.page.goto("/review");
      await dirk.page.getByRole("heading", { name: dirk.t("review.title"), level: 1 }).waitFor();

      const subject = `Oproeplijst ${setting.screen}`;
      await listOfMany(chantal, subject);
      assert.equal(await sendButton(chantal).innerText(), chantal.t("compose.sendHold"));
      await look(chantal, "2-compose-hold");
      const arrived = await outsideNow(house);
      await send(chantal);
      const line = became(chantal, CLINIC);
      await line.getByText(chantal.t("state.held")).waitFor();
      await look(chantal, "2-held");

      // It appears with the privacy officer without a reload, with what was found and where it would go.
      const { page, t } = dirk;
      await page.getByRole("link").filter({ hasText: subject }).click();
      await page.getByRole("heading", { name: subject, level: 1 }).waitFor();
      await page.getByRole("link", { name: /oproeplijst\.csv/ }).waitFor();
      await look(dirk, "2-review");
      await page.getByRole("button", { name: t("review.release"), exact: true }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel(t("review.reasonOptional")).fill("Afgesproken met de kliniek.");
      await look(dirk, "2-release-dialog");
      await dialog.getByRole("button", { name: t("review.release"), exact: true }).click();
      await page.getByText(t("review.released")).first().waitFor();

      // The sender sees it go, and the partner has a link to it.
      await line.getByText(chantal.t("state.delivered")).waitFor();
      const mail = await mailOutside(house, arrived, CLINIC);
      assert.ok(linkIn(mail));
      assert.doesNotMatch(mail.subject + mail.text, /Oproeplijst|diabetes|111222333/);
      await Promise.all([chantal.close(), dirk.close()]);
    });

    test(`what is refused does not go, and the sender reads why (${nameOf(setting)})`, async () => {
      const chantal = await device(browser, house, setting);
      await signIn(chantal, "chantal");
      const dirk = await device(browser, house, setting);
      await signIn(dirk, "dirk");
      const subject = `Oproeplijst geweigerd ${setting.screen}`;
      await listOfMany(chantal, subject);
      const arrived = await outsideNow(house);
      const id = await send(chantal);
      const { page, t } = dirk;
      await page.goto(`/review/${id}`);
      await page.getByRole("button", { name: t("review.refuse"), exact: true }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: t("review.refuse"), exact: true }).click();
      await dialog.getByText(t("review.reasonNeeded")).waitFor();
      await look(dirk, "2-refuse-dialog");
      await dialog.getByLabel(t("review.reason"), { exact: true }).fill("Te veel gegevens voor dit doel.");
      await dialog.getByRole("button", { name: t("review.refuse"), exact: true }).click();
      await page.getByText(t("review.refused"), { exact: true }).first().waitFor();
      await became(chantal, CLINIC).getByText(chantal.t("state.refused")).waitFor();
      await openFolder(chantal, "inbox");
      await lineOf(chantal, subject).click();
      await chantal.page.getByText(/Te veel gegevens voor dit doel\./).locator("visible=true").last().waitFor();
      await look(chantal, "2-refused-notice");
      assert.equal((await outsideNow(house)).mail, arrived.mail);
      await Promise.all([chantal.close(), dirk.close()]);
    });
  }

  test("nobody judges their own message", async () => {
    const dirk = await device(browser, house);
    await signIn(dirk, "dirk");
    const subject = "My own list";
    await listOfMany(dirk, subject, true);
    const id = await send(dirk);
    await dirk.page.goto(`/review/${id}`);
    await dirk.page.getByText(dirk.t("review.ownHelp")).waitFor();
    assert.equal(await dirk.page.getByRole("button", { name: dirk.t("review.release"), exact: true }).count(), 0);
    await look(dirk, "2-review-own");
    // The server refuses as well.
    const headers = { origin: house.url, "x-wardpost-csrf": dirk.csrf };
    const answer = await dirk.context.request.post(`/api/v1/held/${id}/release`, { data: {}, headers });
    assert.equal(answer.status(), 403);
    assert.ok((await get(dirk, "/held")).items.some((one) => one.message_id === id && one.own));
    await dirk.close();
  });

  for (const setting of SETTINGS) {
    test(`what the policy blocks can't be sent, and the screen says why (${nameOf(setting)})`, async () => {
      // The privacy officer forbids lists of patients by pick-up.
      const dirk = await device(browser, house, setting);
      await signIn(dirk, "dirk");
      await dirk.page.goto("/admin/policy");
      const { t: e } = dirk;
      const cell = dirk.page.getByLabel(e("policy.cell", { found: e("sensitivity.health_many"), to: e("destination.pickup") }));
      await cell.waitFor();
      if ((await cell.inputValue()) !== "block") {
        await cell.selectOption("block");
        await dirk.page.getByLabel(e("policy.note")).fill("Lijsten gaan niet naar buiten.");
        await dirk.page.getByRole("button", { name: e("policy.save") }).click();
        await dirk.page.getByText(e("policy.saved")).first().waitFor();
      }

      const chantal = await device(browser, house, setting);
      await signIn(chantal, "chantal");
      const { page, t } = chantal;
      const to = `lijst.${setting.screen}@postbus.example`;
      await page.goto("/");
      await compose(chantal);
      await write(chantal, { subject: "Lijst", text: PATIENTS });
      await addRecipient(chantal, to);
      await confirm(chantal, to);
      await rowOf(chantal, to).getByText(t("reason.policy_blocks")).waitFor();
      await page.getByText(t("compose.whyBlocked")).waitFor();
      assert.equal(await sendButton(chantal).isDisabled(), true);
      await look(chantal, "2-blocked");

      // Without what was found it may go.
      const arrived = await outsideNow(house);
      await write(chantal, { text: "Kunt u ons bellen?" });
      await giveSecret(chantal, to, "de lindeboom bloeit");
      await send(chantal);
      await mailOutside(house, arrived, to);
      await Promise.all([dirk.close(), chantal.close()]);
    });
  }
});
