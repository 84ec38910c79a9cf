/** The practice under test: the real program with its demo week, in a folder and at ports of its own. */

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BINARY } from "./places.js";
import { Authenticator } from "./totp.js";
import { until } from "./until.js";

const START_MS = 90_000;

/** Starts the demo; `stop` ends it and removes its folder. */
export async function openHouse() {
  const folder = await mkdtemp(join(tmpdir(), "wardpost-browser-"));
  const ready = join(folder, "ready.json");
  const data = join(folder, "demo");
  const args = ["demo", "--fresh", "--data", data, "--port-base", "0", "--ready-file", ready];
  const child = spawn(BINARY, args, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const keep = (text) => {
    said = (said + text).slice(-20_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = new Promise((done) => {
    child.once("exit", done);
    child.once("error", (error) => {
      keep(String(error));
      done(-1);
    });
  });
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const told = await until(
    "the practice is open",
    async () => {
      if (over) throw new Error(`the program ended:\n${said}`);
      const text = await readFile(ready, "utf8").catch(() => "");
      return text.trimEnd().endsWith("}") && JSON.parse(text);
    },
    { ms: START_MS },
  );
  const stop = async () => {
    child.kill("SIGTERM");
    const code = await ended;
    await rm(folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`the program ended with ${code}:\n${said}`);
    if (/panicked/.test(said)) throw new Error(`the program panicked:\n${said}`);
  };
  const accounts = Object.fromEntries(
    told.accounts.map((one) => [one.key, { ...one, password: told.password, app: new Authenticator(one.totp_secret) }]),
  );
  return {
    url: told.public_url,
    outsideUrl: told.outside_url.replace(/\/$/, ""),
    addresses: told.addresses,
    authority: join(data, "outside/authority.crt"),
    accounts,
    said: () => said,
    stop,
  };
}

/** What has arrived outside, in order. */
const arrived = async (house, what) => (await fetch(`${house.outsideUrl}/api/${what}`)).json();

/** How much had arrived, to know what is new. */
export async function outsideNow(house) {
  const [mail, texts] = await Promise.all([arrived(house, "mail"), arrived(house, "texts")]);
  return { mail: mail.length, texts: texts.length };
}

/** Waits for new mail in a mailbox outside. */
export const mailOutside = (house, before, mailbox) =>
  until(`mail for ${mailbox}`, async () => (await arrived(house, "mail")).slice(before.mail).find((m) => m.mailbox === mailbox));

/** Waits for a new text message; gives the code in it. */
export const codeOn = (house, before, phone) =>
  until(`a text message for ${phone}`, async () => {
    const text = (await arrived(house, "texts")).slice(before.texts).findLast((t) => t.to === phone);
    return text && /\b\d{6}\b/.exec(text.text)?.[0];
  });

/** The pick-up link in a notification. */
export const linkIn = (mail) => /http:\/\/\S+\/p#\S+/.exec(mail.text)?.[0];
