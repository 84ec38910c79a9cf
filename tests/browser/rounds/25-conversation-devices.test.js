import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { SETTINGS, device, look, nameOf, openBrowser, putAway, signIn } from "../lib/browser.js";
import { beginConversation, compare, messageOf, openConversation, openConversations, say } from "../lib/conversations.js";
import { openHouse } from "../lib/house.js";

describe("devices of conversations", () => {
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
    const name = nameOf(setting);

    test(`a new device is linked by comparing numbers, has the history, and is out once it is removed (${name})`, async () => {
      const old = await device(browser, house, setting);
      const { t } = old;
      await openConversations(old, "anna");
      const subject = `Geschiedenis ${name}`;
      await beginConversation(old, [/Ben Carter/], subject);
      for (const text of ["lang geleden", "nog altijd te lezen"]) await say(old, text);

      const fresh = await device(browser, house, setting);
      await signIn(fresh, "anna");
      await fresh.page.goto("/conversations");
      await fresh.page.getByRole("heading", { name: t("conversation.linkTitle"), level: 1 }).waitFor();
      await look(fresh, "25-new-device");
      const label = `Tweede ${name}`;
      await fresh.page.getByLabel(t("conversation.deviceName")).fill(label);
      await fresh.page.getByRole("button", { name: t("conversation.linkBegin") }).click();
      // Wherever the old device is, it asks.
      const asks = old.page.getByRole("alertdialog", { name: t("conversation.linkAsked") });
      await asks.waitFor();
      await old.page.getByTestId("numbers").waitFor();
      await look(old, "25-asked");
      await look(fresh, "25-compare");
      await compare(fresh, old);
      await openConversation(fresh, subject);
      await messageOf(fresh, "lang geleden").waitFor();
      await messageOf(fresh, "nog altijd te lezen").waitFor();
      await old.page.getByRole("button", { name: t("do.close") }).last().click();

      // Both get what is said from now on.
      await say(fresh, "van het nieuwe apparaat");
      await openConversations(old, "anna");
      await openConversation(old, subject);
      await messageOf(old, "van het nieuwe apparaat").waitFor();

      await old.page.goto("/settings/conversations");
      const table = old.page.getByRole("table", { name: t("conversation.deviceList") });
      await table.getByText(label).waitFor();
      await look(old, "25-devices");
      await table.getByRole("button", { name: t("conversation.removeName", { name: label }) }).click();
      const sure = old.page.getByRole("alertdialog");
      await look(old, "25-remove");
      await sure.getByRole("button", { name: t("conversation.remove") }).click();
      await fresh.page.getByRole("heading", { name: t("conversation.over.device_removed") }).waitFor();
      assert.equal(await messageOf(fresh, "lang geleden").count(), 0);
      await look(fresh, "25-removed");
      await Promise.all([old.close(), fresh.close()]);
    });

    test(`the first device shows its recovery code once; with it one comes back, and a renewed one takes its place (${name})`, async () => {
      // Each setting has a person of its own, whose account is new.
      const key = setting.screen === "desktop" ? "chantal" : "dirk";
      const first = await device(browser, house, setting);
      const { t } = first;
      await signIn(first, key);
      await first.page.goto("/conversations");
      await first.page.getByRole("heading", { name: t("conversation.setUpTitle"), level: 1 }).waitFor();
      await look(first, "25-set-up");
      await first.page.getByRole("button", { name: t("conversation.setUp") }).click();
      await first.page.getByRole("heading", { name: t("conversation.codeTitle"), level: 1 }).waitFor();
      const code = await first.page.locator("[data-print] code").innerText();
      assert.ok(await first.page.getByRole("button", { name: t("conversation.goOn") }).isDisabled(), "one goes on only when the code was kept");
      await look(first, "25-code");
      await first.page.getByRole("checkbox", { name: t("conversation.codeKept") }).check();
      await first.page.getByRole("button", { name: t("conversation.goOn") }).click();
      await first.page.getByText(t("conversation.none")).waitFor();
      await look(first, "25-empty");

      await first.page.goto("/settings/conversations");
      await first.page.getByRole("button", { name: t("conversation.codeRenew") }).click();
      await first.page.getByRole("dialog").getByRole("button", { name: t("conversation.codeRenew") }).click();
      const newer = await first.page.locator("[data-print] code").innerText();
      assert.notEqual(newer, code);
      await first.close();

      const next = await device(browser, house, setting);
      await signIn(next, key);
      await next.page.goto("/conversations");
      const given = next.page.getByLabel(t("conversation.code"));
      await given.fill(code);
      await next.page.getByRole("button", { name: t("conversation.recover") }).click();
      await next.page.getByText(t("conversation.fault.wrong_code")).waitFor();
      await look(next, "25-wrong-code");
      // As people copy it: without capitals and dashes.
      await given.fill(newer.toLowerCase().replaceAll("-", " "));
      await next.page.getByRole("button", { name: t("conversation.recover") }).click();
      await next.page.getByRole("heading", { name: t("conversation.title"), level: 1 }).waitFor();
      await next.close();
    });
  }
});
