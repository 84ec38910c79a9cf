import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { SETTINGS, device, get, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { openHouse } from "../lib/house.js";

describe("provisioning by an identity provider", () => {
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

  /** What an identity provider sends. */
  const scim = async (token, method, path, body) => {
    const answer = await fetch(`${house.url}/scim/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/scim+json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: answer.status, body: await answer.json().catch(() => null) };
  };

  for (const setting of SETTINGS) {
    test(`two people let a program in, it makes somebody, and its token is withdrawn (${nameOf(setting)})`, async () => {
      const eva = await device(browser, house, setting);
      const { t, screen } = eva;
      const program = `Entra ID ${screen}`;
      await signIn(eva, "eva");
      await eva.page.goto("/admin/provisioning");
      await eva.page.getByRole("heading", { name: t("provisioning.title"), level: 1 }).waitFor();
      assert.equal(await eva.page.getByRole("heading", { name: t("provisioning.tokens") }).count(), 0, "tokens are not for administrators");
      await look(eva, "16-provisioning-administrator");
      await eva.page.getByLabel(t("provisioning.programName")).fill(program);
      await eva.page.keyboard.press("Enter");
      await eva.page.getByRole("row").filter({ hasText: program }).waitFor();

      const sara = await device(browser, house, setting);
      const { page } = sara;
      await signIn(sara, "sara");
      await page.goto("/admin/provisioning");
      await page.getByLabel(t("provisioning.program"), { exact: true }).selectOption({ label: program });
      await page.getByLabel(t("provisioning.label"), { exact: true }).fill(`Sync ${screen}`);
      await page.getByLabel(t("provisioning.days")).selectOption("365");
      await page.getByRole("button", { name: t("provisioning.tokenMake") }).focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("alertdialog", { name: t("provisioning.newTitle", { label: `Sync ${screen}` }) });
      const token = await dialog.locator("code").innerText();
      assert.match(token, /^wps_[\w-]{40,}$/);
      await look(sara, "16-token");
      await dialog.getByRole("button", { name: t("do.close") }).last().click();
      const nurse = page.getByRole("group", { name: t("provisioning.roles") }).getByRole("checkbox").first();
      await nurse.setChecked(!(await nurse.isChecked()));
      await page.getByRole("button", { name: t("provisioning.rolesSave") }).click();
      await page.getByText(t("admin.saved")).first().waitFor();

      const login = `iris.${screen}@linde.example`;
      const made = await scim(token, "POST", "/Users", { userName: login, displayName: `Iris ${screen}`, active: true });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      assert.equal((await scim(token, "POST", "/Users", { userName: login })).status, 409);
      await page.reload();
      const requests = page.getByRole("table", { name: t("provisioning.requests") });
      await requests.getByText("POST /Users").first().waitFor();
      await requests.getByText(t("provisioning.refused", { status: "409" })).first().waitFor();
      await look(sara, "16-provisioning");
      await requests.scrollIntoViewIfNeeded();
      await look(sara, "16-requests", { dark: false });

      await eva.page.goto("/admin/people");
      await eva.page.getByLabel(t("people.find")).fill(login);
      const row = eva.page.getByRole("row").filter({ hasText: login });
      await row.getByText(t("kept.chipProvider")).waitFor();
      await row.getByRole("button", { name: t("people.edit", { name: `Iris ${screen}` }) }).click();
      await eva.page.getByText(t("kept.provider")).waitFor();
      await eva.page.getByRole("button", { name: t("kept.takeBack") }).scrollIntoViewIfNeeded();
      await look(eva, "16-kept-by");
      await eva.page.getByRole("button", { name: t("kept.takeBack") }).click();
      await eva.page.getByText(t("kept.taken", { name: `Iris ${screen}` })).first().waitFor();
      assert.equal((await scim(token, "GET", `/Users/${made.body.id}`)).status, 404, "out of reach again");

      await page.getByRole("button", { name: t("provisioning.revokeName", { label: `Sync ${screen}` }) }).click();
      await page.getByRole("dialog").getByRole("button", { name: t("provisioning.revoke"), exact: true }).click();
      await page.getByText(t("provisioning.revoked", { label: `Sync ${screen}` })).first().waitFor();
      assert.equal((await scim(token, "GET", "/Users")).status, 401);
      const tokens = (await get(sara, "/service-tokens")).items;
      assert.ok(tokens.every((one) => !JSON.stringify(one).includes("wps_")), "no list shows a token");
      await sara.close();
      await eva.close();
    });
  }
});
