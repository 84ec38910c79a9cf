import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { openFolder } from "../lib/acts.js";
import { SETTINGS, device, get, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";

describe("security rules, network zones and automatic log-off", () => {
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
    test(`zones are made, tried, moved and saved, and nobody locks themselves out (${nameOf(setting)})`, async () => {
      const sara = await device(browser, house, setting);
      const { page, t, screen } = sara;
      await signIn(sara, "sara");
      const before = await get(sara, "/security-policy");
      await page.goto("/admin/security");
      await page.getByRole("heading", { name: t("admin.security"), level: 1 }).waitFor();
      await look(sara, "12-security");
      await page.getByRole("button", { name: t("zones.add") }).click();
      const zone = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: t("zones.new"), level: 3 }) });
      const name = `Praktijk ${screen}`;
      await zone.getByLabel(t("zones.networks"), { exact: true }).fill("127.0.0.0/8, 10.0.0.0/8");
      await zone.getByLabel(t("zones.name"), { exact: true }).fill(name);
      const made = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name, level: 3 }) });
      for (let above = before.policy.zones.length; above > 0; above -= 1) {
        await made.getByRole("button", { name: t("zones.upOf", { zone: name }) }).focus();
        await page.keyboard.press("Enter");
      }
      await page.getByLabel(t("zones.try"), { exact: true }).fill("10.20.30.40");
      await page.getByText(t("zones.tryIn", { zone: name })).waitFor();
      // Devices of the practice, wherever they are.
      const authority = "Apparaten van de praktijk";
      const tablets = before.policy.zones.find((one) => one.authority === authority)?.name ?? "Tablets";
      if (tablets === "Tablets" && before.policy.zones.every((one) => one.name !== tablets)) {
        await page.getByRole("button", { name: t("zones.add") }).click();
        await zone.getByLabel(t("zones.device"), { exact: true }).selectOption(authority);
        await zone.getByLabel(t("zones.name"), { exact: true }).fill(tablets);
      }
      await page.getByLabel(t("zones.try"), { exact: true }).fill("203.0.113.9");
      await page.getByText(t("zones.tryElsewhere")).waitFor();
      await page.getByLabel(t("zones.tryDevice"), { exact: true }).selectOption(authority);
      await page.getByText(t("zones.tryIn", { zone: tablets })).waitFor();
      // No way in from here: refused, in words.
      await made.getByRole("checkbox", { name: t("way.password") }).uncheck();
      await page.getByLabel(t("policy.note")).fill("Na de audit.");
      await page.getByRole("button", { name: t("policy.save") }).click();
      await page.getByText(t("fault.locks_you_out")).waitFor();
      await made.getByRole("checkbox", { name: t("way.password") }).check();
      const elsewhere = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: t("zones.elsewhere"), level: 3 }) });
      await elsewhere.getByRole("checkbox", { name: t("zones.downloads") }).setChecked(screen === "phone");
      await page.getByRole("checkbox", { name: t("security.rotate") }).check();
      await page.getByText(t("security.rotationWarning")).waitFor();
      await look(sara, "12-zones");
      await page.getByRole("checkbox", { name: t("security.rotate") }).uncheck();
      await page.getByRole("button", { name: t("policy.save") }).click();
      await page.getByText(t("security.saved")).first().waitFor();
      const now = await get(sara, "/security-policy");
      assert.equal(now.version, before.version + 1);
      assert.deepEqual(now.policy.zones[0].networks, ["127.0.0.0/8", "10.0.0.0/8"]);
      await page.reload();
      await page.getByText(t("zones.youIn", { zone: name })).waitFor();
      // This device shows none; and an authority that the operator took away holds nobody.
      await page.getByText(t("certificate.none")).waitFor();
      await look(sara, "12-security-versions");
      const other = { names: ["Laptops"], own: ["Laptops"], gap: null };
      await page.route("**/api/v1/security-policy/client-authorities", (route) => route.fulfill({ json: other }));
      await page.reload();
      await page.getByText(t("zones.gone", { authority })).scrollIntoViewIfNeeded();
      await page.getByText(t("zones.ownDevice", { authority: "Laptops" })).waitFor();
      await look(sara, "12-zones-gone");
      await sara.close();
    });

    test(`what is not open here is told before anything is typed (${nameOf(setting)})`, async () => {
      const anyone = await device(browser, house, setting);
      const { page, t } = anyone;
      const told = { state: "anonymous", ways: ["passkey"], zone: "Gastennetwerk", certificate_gap: "expired", waiting: true };
      await page.route("**/api/v1/session", (route) => route.fulfill({ json: told }));
      await page.goto("/sign-in");
      await page.getByText(t("signIn.passkeyHere", { zone: "Gastennetwerk" })).waitFor();
      await page.getByText(t("signIn.waiting", { zone: "Gastennetwerk" })).waitFor();
      await page.getByText(t("certificate.expired")).waitFor();
      assert.equal(await page.getByLabel(t("signIn.login")).count(), 0);
      await look(anyone, "12-elsewhere");
      told.ways = [];
      told.waiting = false;
      await page.getByRole("button", { name: t("do.retry") }).click();
      await page.getByText(t("signIn.nothingHere", { zone: "Gastennetwerk" })).waitFor();
      await look(anyone, "12-nothing");
      await anyone.close();
    });
  }

  test("signing in in one tab brings the other back to its own place, as far down as it was", async () => {
    const anna = await device(browser, house);
    const { page, t } = anna;
    house.accounts.anna.cookies = undefined;
    await signIn(anna, "anna");
    await openFolder(anna, "inbox");
    const lines = page.locator("a[data-id]");
    await lines.first().waitFor();
    const list = page.locator('[data-place="list"]');
    await list.evaluate((element) => element.scrollTo(0, 240));
    const top = await list.evaluate((element) => Math.round(element.scrollTop));
    assert.ok(top > 0, "the list is longer than the screen");
    const at = page.url();
    const other = await anna.context.newPage();
    await other.goto("/settings");
    await other.getByRole("heading", { name: t("settings.title"), level: 1 }).waitFor();
    const own = await get(anna, "/me/sessions");
    const headers = { origin: house.url, "x-wardpost-csrf": anna.csrf };
    await anna.context.request.delete(`/api/v1/me/sessions/${own.items.find((one) => one.current).id}`, { headers });
    for (const tab of [page, other]) await tab.getByRole("heading", { name: t("signIn.title"), level: 1 }).waitFor();
    const { login, password, app } = house.accounts.anna;
    await other.getByLabel(t("signIn.login")).fill(login);
    await other.getByLabel(t("signIn.password"), { exact: true }).fill(password);
    await other.getByRole("button", { name: t("signIn.next") }).click();
    await other.getByLabel(t("signIn.code"), { exact: true }).fill(await app.code());
    await other.getByRole("button", { name: t("signIn.finish"), exact: true }).click();
    await other.getByRole("heading", { name: t("settings.title"), level: 1 }).waitFor();
    await page.waitForURL(at);
    await lines.first().waitFor();
    await page.waitForFunction((wanted) => Math.abs((document.querySelector('[data-place="list"]')?.scrollTop ?? -9) - wanted) < 3, top);
    house.accounts.anna.cookies = undefined;
    await anna.close();
  });
});
