import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { openFolder } from "../lib/acts.js";
import { SCREENS, device, get, look as lookAt, openBrowser, putAway, signIn } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";

/** Who sees which pages, and the words of their headings. */
const PAGES = {
  anna: [
    ["/drafts", "drafts.title"],
    ["/settings", "settings.title"],
    ["/admin/policy", "admin.policy"],
  ],
  dirk: [
    ["/review", "review.title"],
    ["/audit", "log.title"],
  ],
  eva: [
    ["/admin/people", "admin.people"],
    ["/admin/roles", "admin.roles"],
    ["/admin/mailboxes", "admin.mailboxes"],
    ["/admin/partners", "admin.partners"],
    ["/admin/sessions", "admin.sessions"],
  ],
};

/** Colours don't depend on the language. */
const look = (person, name) => lookAt(person, name, { dark: person.language === "en" });

describe("every page", () => {
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

  for (const screen of Object.keys(SCREENS)) {
    for (const language of ["en", "nl"]) {
      test(`is accessible, fits and is titled (${screen}, ${language})`, async () => {
        for (const [who, pages] of Object.entries(PAGES)) {
          const person = await device(browser, house, { screen, language });
          const { page, t } = person;
          await signIn(person, who);
          if (who === "anna") await mail(person);
          for (const [path, heading] of pages) {
            await page.goto(path);
            await page.getByRole("heading", { level: 1, name: t(heading) }).waitFor();
            await page.locator(".skeleton").first().waitFor({ state: "detached" });
            assert.match(await page.title(), /Wardpost/);
            assert.equal(await page.locator("html").getAttribute("lang"), language);
            await look(person, `9${path.replaceAll("/", "-")}`);
          }
          await page.goto("/nowhere");
          await page.getByText(t("app.notFound")).waitFor();
          if (who === "eva") await look(person, "9-nowhere");
          await person.close();
        }
      });
    }
  }

  async function mail(anna) {
    const { page, t, phone } = anna;
    await openFolder(anna, "inbox");
    await page.locator("a[data-id]").first().waitFor();
    await look(anna, "9-inbox");
    if (phone) {
      await page.getByRole("button", { name: t("nav.open") }).click();
      await page.getByRole("navigation", { name: t("nav.label") }).getByRole("link", { name: t("nav.settings") }).waitFor();
      await look(anna, "9-menu");
      await page.keyboard.press("Escape");
    }
    for (const folder of ["sent", "archive", "trash"]) {
      await openFolder(anna, folder);
      await page.locator(".skeleton").first().waitFor({ state: "detached" });
      await look(anna, `9-${folder}`);
    }
    const own = anna.session.mailboxes.find((one) => one.kind === "personal");
    const { items } = await get(anna, `/mailboxes/${own.id}/messages?folder=inbox`);
    const discharge = items.find((one) => /Ontslagbrief/.test(one.subject));
    await page.goto(`/mail/${own.id}/inbox/${discharge.id}`);
    await page.getByRole("heading", { name: discharge.subject, level: 1 }).waitFor();
    await look(anna, "9-message");
  }
});
