import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { compose, lineOf, openFolder, saved, write } from "../lib/acts.js";
import { SETTINGS, device, get, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";

describe("signing in, and leaving", () => {
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

  async function firstStep({ page, t }, login, password) {
    await page.getByLabel(t("signIn.login")).fill(login);
    await page.getByLabel(t("signIn.password"), { exact: true }).fill(password);
    await page.getByRole("button", { name: t("signIn.next") }).click();
  }

  async function secondStep({ page, t }, code) {
    await page.getByLabel(t("signIn.code"), { exact: true }).fill(code);
    await page.getByRole("button", { name: t("signIn.finish"), exact: true }).click();
  }

  for (const setting of SETTINGS) {
    test(`password and second factor lead to where one wanted to go (${nameOf(setting)})`, async () => {
      const anyone = await device(browser, house, setting);
      const { page, t } = anyone;
      const { login, password, app } = house.accounts[setting.screen === "phone" ? "anna" : "ben"];
      await page.goto("/settings");
      await page.getByRole("heading", { name: t("signIn.title"), level: 1 }).waitFor();
      await look(anyone, "8-sign-in");
      // Somebody known with a wrong password, and somebody unknown, are told the same.
      await firstStep(anyone, login, "not the password");
      await page.getByText(t("signIn.wrong")).waitFor();
      await firstStep(anyone, "nobody@linde.example", password);
      await page.getByText(t("signIn.wrong")).waitFor();
      await look(anyone, "8-sign-in-wrong");
      await firstStep(anyone, login, password);
      await page.getByRole("heading", { name: t("signIn.secondTitle"), level: 1 }).waitFor();
      await look(anyone, "8-second-step");
      await secondStep(anyone, app.oldCode());
      await page.getByText(t("signIn.wrongCode")).waitFor();
      await page.getByRole("button", { name: t("signIn.useRecovery") }).click();
      await page.getByLabel(t("signIn.recovery"), { exact: true }).waitFor();
      await look(anyone, "8-recovery");
      await page.getByRole("button", { name: t("signIn.useTotp") }).click();
      const code = await app.code();
      await secondStep(anyone, code);
      await page.waitForURL(/\/settings$/);
      // The person's own language follows them to a new device.
      await page.getByRole("heading", { name: /^(Settings|Instellingen)$/, level: 1 }).waitFor();

      // A code works once.
      const other = await device(browser, house, setting);
      await other.page.goto("/");
      await firstStep(other, login, password);
      await secondStep(other, code);
      await other.page.getByText(t("signIn.wrongCode")).waitFor();
      await Promise.all([anyone.close(), other.close()]);
    });
  }

  test("a countdown warns before the automatic sign-out, and one key press stays", async () => {
    const eva = await device(browser, house);
    const { page, t } = eva;
    const session = await signIn(eva, "eva");
    // The browser's clock runs ahead to shortly before the end.
    await page.clock.install();
    await page.goto("/settings");
    await page.getByRole("heading", { name: t("settings.title"), level: 1 }).waitFor();
    await page.clock.fastForward((session.idle_seconds - 45) * 1000);
    const dialog = page.getByRole("alertdialog");
    await dialog.getByText(t("idle.text")).waitFor();
    await look(eva, "8-idle");
    const stay = dialog.getByRole("button", { name: t("idle.stay") });
    assert.equal(await stay.evaluate((button) => button === document.activeElement), true);
    const [touched] = await Promise.all([page.waitForResponse(/\/session\/touch$/), page.keyboard.press("Enter")]);
    assert.equal(touched.status(), 200);
    assert.ok(Date.parse((await touched.json()).idle_expires_at) > Date.parse(session.idle_expires_at));
    // Back on the server's time the countdown is over.
    await page.clock.setSystemTime(new Date());
    await page.clock.runFor(2000);
    await dialog.waitFor({ state: "detached" });
    await eva.close();
  });

  test("an ended session is left at once, and the draft is there after signing in again", async () => {
    const chantal = await device(browser, house, { screen: "desktop", language: "nl" });
    const { page, t } = chantal;
    await signIn(chantal, "chantal");
    await page.goto("/");
    await compose(chantal);
    await write(chantal, { subject: "Half geschreven", text: "Dit blijft staan." });
    await saved(chantal);
    const writing = page.url();
    const own = await get(chantal, "/me/sessions");
    const headers = { origin: house.url, "x-wardpost-csrf": chantal.csrf };
    await chantal.context.request.delete(`/api/v1/me/sessions/${own.items.find((one) => one.current).id}`, { headers });
    await page.getByRole("heading", { name: t("signIn.title"), level: 1 }).waitFor();
    const { login, password, app } = house.accounts.chantal;
    await firstStep(chantal, login, password);
    await secondStep(chantal, await app.code());
    await page.waitForURL(writing);
    await page.getByLabel(t("compose.text"), { exact: true }).waitFor();
    assert.equal(await page.getByLabel(t("compose.text"), { exact: true }).inputValue(), "Dit blijft staan.");
    await chantal.close();
  });

  test("the inbox works without a pointer", async () => {
    house.accounts.anna.cookies = undefined;
    const anna = await device(browser, house);
    const { page, t } = anna;
    await signIn(anna, "anna");
    await openFolder(anna, "inbox");
    await page.locator("a[data-id]").first().waitFor();
    const subjects = await page.locator("a[data-id]").evaluateAll((links) => links.map((one) => one.dataset.id));
    const openId = () => page.url().split("/").at(-1);
    const opened = (id) => page.waitForURL((url) => url.pathname.endsWith(id));

    // The first stop leads past the menu; the list is one stop, walked with the arrows.
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), t("app.skip"));
    await page.locator("a[data-id]").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await opened(subjects[1]);
    await page.keyboard.press("j");
    await opened(subjects[2]);
    await page.keyboard.press("k");
    await opened(subjects[1]);
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText(t("shortcuts.title")).waitFor();
    await look(anna, "8-shortcuts");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    // Archive, and take it back.
    await page.keyboard.press("e");
    await lineOfId(page, subjects[1]).waitFor({ state: "detached" });
    await page.getByRole("button", { name: t("do.undo") }).focus();
    await page.keyboard.press("Enter");
    await lineOfId(page, subjects[1]).waitFor();
    // Once more, by the key.
    const archived = openId();
    await page.keyboard.press("e");
    await lineOfId(page, archived).waitFor({ state: "detached" });
    await page.keyboard.press("z");
    await lineOfId(page, archived).waitFor();

    // Filter, answer, write, leave.
    await page.keyboard.press("/");
    await page.keyboard.type("Interactie");
    await page.waitForFunction(() => document.querySelectorAll("a[data-id]").length === 1);
    await page.keyboard.press("Escape");
    await openFolder(anna, "inbox");
    await lineOf(anna, "Interactie").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /Interactie/, level: 1 }).waitFor();
    await page.keyboard.press("r");
    await page.getByRole("heading", { name: t("compose.title"), level: 1 }).waitFor();
    await page.getByLabel(t("compose.text"), { exact: true }).focus();
    await page.keyboard.type("Ik bel zo.");
    await saved(anna);
    assert.ok(openId().length > 20);
    await anna.close();
  });
});

const lineOfId = (page, id) => page.locator(`a[data-id="${id}"]`);
