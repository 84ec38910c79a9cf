/** What people do, as they do it: by the names on what they press. */

import assert from "node:assert/strict";

/** The recipient's row in the compose screen. */
export const rowOf = ({ page, t }, address) =>
  page.getByRole("region", { name: t("compose.recipients") }).getByRole("listitem").filter({ hasText: address });

export const sendButton = ({ page }) => page.locator("footer").getByRole("button").first();

/** Begins a new message. */
export async function compose({ page, t }) {
  await page.getByRole("button", { name: t("nav.compose"), exact: true }).click();
  await page.getByRole("heading", { name: t("compose.title"), level: 1 }).waitFor();
}

/** Adds a recipient by address. */
export async function addRecipient(device, address) {
  const { page, t } = device;
  const field = page.getByRole("combobox", { name: t("compose.add") });
  await field.fill(address);
  await field.press("Enter");
  await rowOf(device, address).waitFor();
}

/** Confirms a first-time recipient, once the plan asks for it. */
export const confirm = (device, address) =>
  rowOf(device, address)
    .getByRole("button", { name: device.t("compose.confirm", { address }) })
    .click();

/** Gives the mobile number that a pick-up needs. */
export async function givePhone(device, address, number) {
  const { t } = device;
  const row = rowOf(device, address);
  await row.getByLabel(t("compose.phone")).fill(number);
  await row.getByRole("button", { name: t("compose.factorUse") }).click();
  await row.getByText(t("reason.code_by_sms")).waitFor();
}

/** Gives the secret that a pick-up opens with. */
export async function giveSecret(device, address, secret) {
  const { t } = device;
  const row = rowOf(device, address);
  await row.getByRole("radio", { name: t("compose.factorSecret") }).check();
  await row.getByRole("textbox", { name: t("compose.secret") }).fill(secret);
  await row.getByRole("button", { name: t("compose.factorUse") }).click();
  await row.getByText(t("reason.agreed_secret")).waitFor();
}

export async function write({ page, t }, { subject, text, patient, files }) {
  if (subject !== undefined) await page.getByLabel(t("compose.subject"), { exact: true }).fill(subject);
  if (text !== undefined) await page.getByLabel(t("compose.text"), { exact: true }).fill(text);
  if (patient !== undefined) await page.getByLabel(t("compose.patient"), { exact: true }).fill(patient);
  if (files) {
    await page.getByTestId("files").setInputFiles(files);
    for (const { name } of files) await page.getByRole("button", { name: t("compose.fileRemove", { name }) }).waitFor();
  }
}

/** A list of many patients, which the policy holds for a second pair of eyes. */
export const PATIENTS = [
  "naam,geboortedatum,BSN,diagnose,HbA1c",
  "F. El Amrani,02-09-1968,111222333,diabetes mellitus type 2,58",
  "J. Willems,14-03-1957,123456782,diabetes mellitus type 2,49",
  "P. de Groot,30-01-1949,999999011,diabetes mellitus type 2,66",
].join("\n");

/** A text file to attach. */
export const file = (name, text) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

/** Waits until all that was typed is kept. */
export const saved = ({ page, t }) => page.getByText(t("compose.saved")).waitFor();

/** Sends as soon as nothing stands in the way; gives the message's id. */
export async function send(device) {
  const { page } = device;
  await page.locator("footer [data-ready=true]").waitFor({ state: "attached" });
  await sendButton(device).click();
  await page.waitForURL(/\/mail\/[^/]+\/sent\/[^/]+$/);
  return page.url().split("/").at(-1);
}

/** Writes and sends a message to one outside recipient, who opens it with a code by text message. */
export async function sendForPickup(device, { to, phone, secret, subject, text, patient, files }) {
  await compose(device);
  await write(device, { subject, text, patient, files });
  await addRecipient(device, to);
  await confirm(device, to);
  if (secret) await giveSecret(device, to, secret);
  else await givePhone(device, to, phone);
  return send(device);
}

/** The recipient's line in a sent message. */
export const became = ({ page, t }, address) =>
  page.getByRole("region", { name: t("reader.recipients") }).getByRole("listitem").filter({ hasText: address });

/** A line of the list of messages. */
export const lineOf = ({ page }, subject) => page.locator("a[data-id]").filter({ hasText: subject });

/** Opens a folder of the person's own mailbox. */
export async function openFolder(device, folder, mailbox = device.session.mailboxes.find((one) => one.kind === "personal")) {
  await device.page.goto(`/mail/${mailbox.id}/${folder}`);
  await device.page.getByRole("heading", { name: device.t(`folder.${folder}`), level: 1 }).waitFor();
}

/** Opens a message from the list. */
export async function openMessage(device, subject) {
  await lineOf(device, subject).click();
  await device.page.getByRole("heading", { name: subject, level: 1 }).waitFor();
}

/** What a download holds. */
export async function download(page, act) {
  const [got] = await Promise.all([page.waitForEvent("download"), act()]);
  const stream = await got.createReadStream();
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  assert.ok(bytes.length > 0, "the download is empty");
  return { name: got.suggestedFilename(), bytes, text: bytes.toString() };
}
