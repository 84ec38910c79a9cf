import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { became, download, file, lineOf, openFolder, openMessage, sendForPickup } from "../lib/acts.js";
import { SETTINGS, device, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { codeOn, linkIn, mailOutside, openHouse, outsideNow } from "../lib/house.js";

const LETTERS = {
  en: { subject: "Your X-ray", text: "Dear Ms Berg,\n\nThe X-ray shows a small fracture of the wrist (BSN 111222333).", reply: "Thank you. This is how it looks now." },
  nl: { subject: "Uw röntgenfoto", text: "Beste mevrouw Berg,\n\nOp de foto is een kleine polsfractuur te zien (BSN 111222333).", reply: "Dank u wel. Zo ziet het er nu uit." },
};

describe("picking up as a guest", () => {
  let house;
  let browser;
  let count = 0;
  before(async () => {
    [house, browser] = await Promise.all([openHouse(), openBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await house?.stop();
  });
  afterEach(putAway);

  /** A message for a guest who is new each time; gives the link in their mailbox. */
  async function sent(anna, more = {}) {
    const n = ++count;
    const to = `n.berg.${n}@postbus.example`;
    const phone = `+3161234${String(5000 + n)}`;
    const letter = { ...LETTERS[anna.language], ...more };
    const subject = `${letter.subject} ${n}`;
    const arrived = await outsideNow(house);
    await anna.page.goto("/");
    const id = await sendForPickup(anna, { ...letter, to, phone, subject });
    const notice = await mailOutside(house, arrived, to);
    return { id, to, phone, subject, notice, link: linkIn(notice), letter };
  }

  /** A guest follows a link, and reads in their own language. */
  async function visits(setting, link) {
    const guest = await device(browser, house, setting);
    await guest.page.goto(link);
    await speak(guest);
    return guest;
  }

  /** The page turns to the language of the message (here the house's); then the guest may choose another. */
  async function speak({ page, language }) {
    await page.locator("html[lang=nl]").waitFor({ state: "attached" });
    await page.getByRole("radio", { name: language.toUpperCase() }).click();
    await page.locator(`html[lang=${language}]`).waitFor({ state: "attached" });
  }

  /** Tries the door and is told that it was wrong. */
  async function wrongly({ page, t }) {
    const [answer] = await Promise.all([
      page.waitForResponse(/\/pickup\/verify$/),
      page.getByRole("button", { name: t("pickup.open") }).click(),
    ]);
    assert.equal(answer.status(), 401);
    await page.getByText(t("pickup.wrong")).or(page.getByText(t("pickup.wrongPlain"))).waitFor();
    await page.locator("form [aria-busy]").waitFor({ state: "detached" });
  }

  /** Passes the door with a code by text message. */
  async function passDoor(guest, phone) {
    const { page, t } = guest;
    const before = await outsideNow(house);
    await page.getByRole("button", { name: t("pickup.smsSend") }).click();
    await page.getByLabel(t("pickup.code")).fill(await codeOn(house, before, phone));
    await page.getByRole("button", { name: t("pickup.open") }).click();
  }

  for (const setting of SETTINGS) {
    test(`from the notification to the reply in the sender's inbox (${nameOf(setting)})`, async () => {
      const anna = await device(browser, house, setting);
      await signIn(anna, "anna");
      const files = [file("foto-verslag.txt", "Distal radius fracture.")];
      const { subject, to, phone, notice, letter } = await sent(anna, { files });
      assert.doesNotMatch(notice.subject + notice.text, /fract|X-ray|röntgen|111222333/i);

      // The guest opens their mailbox at their own provider, and follows the link.
      const guest = await device(browser, house, setting);
      const { t } = guest;
      await guest.page.goto(house.outsideUrl);
      await guest.page.getByRole("row").filter({ hasText: to }).getByRole("link").click();
      const [page] = await Promise.all([guest.context.waitForEvent("page"), guest.page.locator(".text a").click()]);
      guest.page = page;
      await speak(guest);
      await page.getByText(t("pickup.smsLead", { phone: /.*\d\d/ })).waitFor();
      assert.equal(new URL(page.url()).hash, "", "the token stays in the address bar");
      assert.ok(!(await page.content()).includes(phone.slice(3, 9)), "the whole number is shown");
      assert.ok(!(await page.content()).includes(subject), "the subject is shown before the door");
      await look(guest, "4-pickup-door");

      // One wrong code, then the right one.
      const before = await outsideNow(house);
      await page.getByRole("button", { name: t("pickup.smsSend") }).click();
      const code = await codeOn(house, before, phone);
      const field = page.getByLabel(t("pickup.code"));
      await field.fill(code === "000000" ? "000001" : "000000");
      await wrongly(guest);
      await look(guest, "4-pickup-wrong-code");
      await field.fill(code);
      await page.getByRole("button", { name: t("pickup.open") }).click();

      await page.getByRole("heading", { name: subject, level: 2 }).waitFor();
      await page.getByText(letter.text.split("\n\n")[1]).waitFor();
      await became(anna, to).getByText(anna.t("state.opened")).waitFor();
      const attached = await download(page, () => page.getByRole("link", { name: /foto-verslag\.txt/ }).click());
      assert.equal(attached.name, "foto-verslag.txt");
      assert.equal(attached.text, "Distal radius fracture.");
      await look(guest, "4-pickup-message");

      // Loading the page again needs no new code within the visit.
      await page.reload();
      await page.getByRole("heading", { name: subject, level: 2 }).waitFor();

      // The sender sits at the inbox while the answer is written.
      await openFolder(anna, "inbox");
      await page.getByLabel(t("pickup.replyText")).fill(letter.reply);
      await page.locator("input[type=file]").setInputFiles([file("pols.txt", "A picture of a wrist.")]);
      await page.getByRole("button", { name: t("pickup.fileRemove", { name: "pols.txt" }) }).waitFor();
      await page.getByRole("button", { name: t("pickup.replySend") }).click();
      await page.getByText(t("pickup.replySent")).waitFor();
      await page.getByRole("region", { name: t("pickup.replies") }).getByText(letter.reply).waitFor();
      await look(guest, "4-pickup-replied");
      await lineOf(anna, subject).waitFor();
      await look(anna, "4-inbox-with-reply");
      await lineOf(anna, subject).click();
      await anna.page.getByText(letter.reply).locator("visible=true").last().waitFor();
      const got = await download(anna.page, () => anna.page.getByRole("link", { name: /pols\.txt/ }).click());
      assert.equal(got.text, "A picture of a wrist.");
      await look(anna, "4-reply-read");

      await page.getByRole("button", { name: t("pickup.close") }).click();
      await page.getByText(t("pickup.closedTitle")).waitFor();
      await look(guest, "4-pickup-closed");
      await guest.close();
      await anna.close();
    });
  }

  test("an agreed secret opens it as well, and five wrong ones lock the door", async () => {
    const anna = await device(browser, house);
    await signIn(anna, "anna");
    const secret = "the blue bicycle";
    const { subject, link } = await sent(anna, { secret });
    const guest = await visits({ screen: "phone", language: "nl" }, link);
    const { page, t } = guest;
    await page.getByLabel(t("pickup.secret")).fill("the red bicycle");
    await look(guest, "4-pickup-secret");
    for (let n = 0; n < 2; n++) await wrongly(guest);
    await page.getByLabel(t("pickup.secret")).fill(secret);
    await page.getByRole("button", { name: t("pickup.open") }).click();
    await page.getByRole("heading", { name: subject, level: 2 }).waitFor();
    await page.getByRole("button", { name: t("pickup.close") }).click();

    const stranger = await visits({ screen: "phone", language: "nl" }, link);
    await stranger.page.getByLabel(t("pickup.secret")).fill("the green bicycle");
    for (let n = 0; n < 4; n++) await wrongly(stranger);
    await stranger.page.getByRole("button", { name: t("pickup.open") }).click();
    await stranger.page.getByText(t("pickup.lockedTitle")).waitFor();
    await look(stranger, "4-pickup-locked");
    // Locked is locked, also for who knows the secret and comes with the link anew.
    await guest.page.goto("about:blank");
    await guest.page.goto(link);
    await guest.page.getByText(t("pickup.lockedTitle")).waitFor();
    await Promise.all([guest.close(), stranger.close(), anna.close()]);
  });

  for (const setting of SETTINGS) {
    test(`what is recalled can't be opened any more, not even by who has it open (${nameOf(setting)})`, async () => {
      const anna = await device(browser, house, setting);
      await signIn(anna, "anna");
      const { to, phone, link, subject } = await sent(anna);
      const guest = await visits(setting, link);
      await passDoor(guest, phone);
      await guest.page.getByRole("heading", { name: subject, level: 2 }).waitFor();

      await anna.page.getByRole("button", { name: anna.t("reader.expiry") }).click();
      await anna.page.getByRole("dialog").getByLabel(anna.t("reader.expiryDate")).waitFor();
      await look(anna, "4-expiry-dialog");
      await anna.page.getByRole("dialog").getByRole("button", { name: anna.t("do.cancel") }).click();
      await anna.page.getByRole("button", { name: anna.t("reader.recall"), exact: true }).click();
      const dialog = anna.page.getByRole("dialog");
      await dialog.waitFor();
      await look(anna, "4-recall-dialog");
      await dialog.getByRole("button", { name: anna.t("reader.recall"), exact: true }).click();
      await became(anna, to).getByText(anna.t("state.recalled")).waitFor();
      await anna.page.getByRole("button", { name: anna.t("reader.trailShow") }).click();
      await anna.page.getByText(anna.t("audit.message.recalled")).waitFor();
      await look(anna, "4-recalled");

      await guest.page.reload();
      await guest.page.getByText(guest.t("pickup.recalledTitle")).waitFor();
      assert.ok(!(await guest.page.content()).includes(subject));
      await look(guest, "4-pickup-recalled");
      await Promise.all([guest.close(), anna.close()]);
    });
  }

  test("a link scanner burns nothing: no code is sent, no try is lost", async () => {
    const anna = await device(browser, house);
    await signIn(anna, "anna");
    const { link, phone, subject, to } = await sent(anna);
    const before = await outsideNow(house);
    // Fetched without the fragment, as scanners do, and opened in a browser that runs everything on the page.
    for (const method of ["HEAD", "GET", "GET"]) {
      const answer = await fetch(link, { method });
      assert.equal(answer.status, 200);
    }
    for (let visit = 0; visit < 6; visit++) {
      const scanner = await device(browser, house, { screen: "desktop", language: "nl" });
      await scanner.page.goto(link, { waitUntil: "networkidle" });
      await scanner.page.getByRole("button", { name: scanner.t("pickup.smsSend") }).waitFor();
      await scanner.close();
    }
    assert.equal((await outsideNow(house)).texts, before.texts);
    await became(anna, to).getByText(anna.t("state.delivered")).waitFor();
    const guest = await visits({ screen: "phone", language: "en" }, link);
    await passDoor(guest, phone);
    await guest.page.getByRole("heading", { name: subject, level: 2 }).waitFor();
    await guest.close();
    await anna.close();
  });

  test("a link that is not whole says what to do", async () => {
    const guest = await device(browser, house, { screen: "phone", language: "nl" });
    await guest.page.goto("/p#not-a-token");
    await guest.page.getByText(guest.t("pickup.unknownTitle")).waitFor();
    await look(guest, "4-pickup-unknown");
    await guest.close();
  });
});
