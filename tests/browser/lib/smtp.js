/** A mail server and a mail program, by hand: SMTP over a socket (RFC 5321), submission over TLS (RFC 8314). */

import { readFileSync } from "node:fs";
import net from "node:net";
import tls from "node:tls";

const PATIENCE_MS = 15_000;

class Dialogue {
  #lines = [];
  #waiting = [];
  #rest = "";
  #failed;

  constructor(socket) {
    this.socket = socket;
    socket.setEncoding("utf8");
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("the mail server is silent")));
    socket.on("data", (data) => {
      const lines = (this.#rest + data).split("\r\n");
      this.#rest = lines.pop();
      for (const line of lines) {
        if (line[3] === "-") continue;
        const next = this.#waiting.shift();
        if (next) next.resolve(line);
        else this.#lines.push(line);
      }
    });
    const end = (error) => {
      this.#failed ??= error ?? new Error("the mail server hung up");
      for (const one of this.#waiting.splice(0)) one.reject(this.#failed);
    };
    socket.on("error", end);
    socket.on("close", () => end());
  }

  answer() {
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    if (this.#failed) return Promise.reject(this.#failed);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async say(line, code) {
    this.socket.write(`${line}\r\n`);
    return this.expect(code, line);
  }

  async expect(code, after = "the greeting") {
    const line = await this.answer();
    if (!line.startsWith(String(code))) throw new Error(`after ${after.slice(0, 40)}: ${line}`);
    return line;
  }

  async message({ from, to, raw }) {
    await this.say(`MAIL FROM:<${from}>`, 250);
    for (const one of [to].flat()) await this.say(`RCPT TO:<${one}>`, 250);
    await this.say("DATA", 354);
    const said = await this.say(`${raw.replace(/\r?\n/g, "\r\n").replace(/^\./gm, "..")}\r\n.`, 250);
    await this.say("QUIT", 221);
    this.socket.end();
    return said;
  }
}

const where = (address) => {
  const at = address.lastIndexOf(":");
  return { host: address.slice(0, at), port: Number(address.slice(at + 1)) };
};

/** Brings mail from the internet to the MX port; gives the server's last word. */
export async function bring(house, { from, to, raw }) {
  const dialogue = new Dialogue(net.connect(where(house.addresses.mx[0])));
  await dialogue.expect(220);
  await dialogue.say("EHLO mx.postbus.example", 250);
  return dialogue.message({ from, to, raw });
}

/** Submits with a device password, over TLS that is verified. */
export async function submit(house, { user, password, from, to, raw }) {
  const socket = tls.connect({
    ...where(house.addresses.submissions[0]),
    servername: "mail.linde.example",
    ca: readFileSync(house.authority),
    minVersion: "TLSv1.2",
  });
  const dialogue = new Dialogue(socket);
  await dialogue.expect(220);
  await dialogue.say("EHLO laptop.linde.example", 250);
  await dialogue.say(`AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString("base64")}`, 235);
  return dialogue.message({ from, to, raw });
}

let count = 0;

/** A message as a mail program writes it. */
export function letter({ from, to, subject, text, html }) {
  const type = html ? "text/html" : "text/plain";
  return [
    `From: ${from}`,
    `To: ${[to].flat().join(", ")}`,
    `Subject: =?utf-8?B?${Buffer.from(subject).toString("base64")}?=`,
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${Date.now()}.${process.pid}.${++count}@tests.example>`,
    "MIME-Version: 1.0",
    `Content-Type: ${type}; charset=utf-8`,
    "Content-Transfer-Encoding: base64",
    "",
    ...(Buffer.from(html ?? text).toString("base64").match(/.{1,76}/g) ?? [""]),
    "",
  ].join("\r\n");
}
