/** What people do in conversations, as they do it: by the names on what they press. */

import assert from "node:assert/strict";
import { signIn } from "./browser.js";

/** Signs in and opens conversations, however this device stands: as the account's first, or by the kept recovery code. */
export async function openConversations(device, key) {
  const { page, t, house } = device;
  const account = house.accounts[key];
  await signIn(device, key);
  await page.goto("/conversations");
  const heading = (name) => page.getByRole("heading", { name: t(name), level: 1 });
  await heading("conversation.setUpTitle").or(heading("conversation.linkTitle")).or(heading("conversation.title")).first().waitFor();
  if (await heading("conversation.setUpTitle").isVisible()) {
    await page.getByRole("button", { name: t("conversation.setUp") }).click();
    await heading("conversation.codeTitle").waitFor();
    account.recoveryCode = await page.locator("[data-print] code").innerText();
    await page.getByRole("checkbox", { name: t("conversation.codeKept") }).check();
    await page.getByRole("button", { name: t("conversation.goOn") }).click();
  } else if (await heading("conversation.linkTitle").isVisible()) {
    await page.getByLabel(t("conversation.code")).fill(account.recoveryCode);
    await page.getByRole("button", { name: t("conversation.recover") }).click();
  }
  await heading("conversation.title").waitFor();
}

/** Begins a conversation with colleagues, by their names. */
export async function beginConversation({ page, t }, names, subject) {
  await page.getByRole("link", { name: t("conversation.new"), exact: true }).click();
  await page.getByRole("heading", { name: t("conversation.newTitle"), level: 1 }).waitFor();
  for (const name of names) await page.getByRole("checkbox", { name }).check();
  await page.getByLabel(t("conversation.subjectOptional")).fill(subject);
  await page.getByRole("button", { name: t("conversation.begin") }).click();
  await page.getByRole("heading", { name: subject, level: 1 }).waitFor();
  await page.getByRole("log").waitFor();
}

/** A conversation's line in the list. */
export const lineOf = ({ page }, subject) => page.locator("a[data-id]").filter({ hasText: subject });

export async function openConversation(device, subject) {
  await lineOf(device, subject).click();
  await device.page.getByRole("heading", { name: subject, level: 1 }).waitFor();
  await device.page.getByRole("log").waitFor();
}

export const field = ({ page, t }) => page.getByRole("textbox", { name: t("conversation.write") });

/** Writes and sends, as one does: with Enter. */
export async function say(device, text) {
  await field(device).fill(text);
  await field(device).press("Enter");
  await messageOf(device, text).waitFor();
}

/** A message in the log, by its text. */
export const messageOf = ({ page }, text) => page.getByRole("log").locator("[data-message]").filter({ hasText: text });

/** The messages in the log, in order; of those that hold one of the texts, which. */
export async function order(device, texts) {
  const all = await device.page.getByRole("log").locator("[data-message]").allInnerTexts();
  return all.map((one) => texts.find((text) => one.includes(text))).filter(Boolean);
}

/** Opens the menu of a message and chooses an act. */
export async function act(device, text, name) {
  const { page, t } = device;
  const message = messageOf(device, text);
  await message.hover();
  await message.locator("[data-menu]").click();
  await page.getByRole("menu", { name: t("conversation.acts") }).waitFor();
  await page.getByRole("menuitem", { name, exact: true }).click();
}

/** Both devices show the same numbers, and both say so. */
export async function compare(fresh, old) {
  const numbers = (device) => device.page.getByTestId("numbers");
  await Promise.all([numbers(fresh).waitFor(), numbers(old).waitFor()]);
  const [here, there] = await Promise.all([numbers(fresh).innerText(), numbers(old).innerText()]);
  assert.equal(here, there);
  assert.match(here, /\d/);
  await fresh.page.getByRole("button", { name: fresh.t("conversation.compareSame") }).click();
  await old.page.getByRole("button", { name: old.t("conversation.compareSame") }).click();
}
