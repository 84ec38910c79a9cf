/** An authenticator app: RFC 6238 with SHA-1, six digits, 30 s. */

import { createHmac } from "node:crypto";
import { pause } from "./until.js";

const STEP_MS = 30_000;
const SLACK_MS = 8_000;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function bytesOf(secret) {
  const bits = [...secret].map((c) => ALPHABET.indexOf(c).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
}

function codeAt(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigInt64BE(BigInt(step));
  const digest = createHmac("sha1", bytesOf(secret)).update(counter).digest();
  const word = digest.readUInt32BE(digest[19] & 0x0f) & 0x7fff_ffff;
  return String(word % 1_000_000).padStart(6, "0");
}

/**
 * One phone's app. The server takes each code once, and those of the step before and after now: a person who signs in
 * several times in half a minute uses them one after the other.
 */
export class Authenticator {
  #used = 0;

  constructor(secret) {
    this.secret = secret.replace(/\s/g, "");
  }

  /** A code that was not used yet. */
  async code() {
    // Not the oldest one just before it runs out: a busy machine takes its time to bring it to the server.
    const step = Math.max(Math.floor((Date.now() + SLACK_MS) / STEP_MS) - 1, this.#used + 1);
    const tooEarly = (step - 1) * STEP_MS - Date.now();
    if (tooEarly > 0) await pause(tooEarly);
    this.#used = step;
    return codeAt(this.secret, step);
  }

  /** A code of long ago. */
  oldCode() {
    return codeAt(this.secret, 1);
  }
}
