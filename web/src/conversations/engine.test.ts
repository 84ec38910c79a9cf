import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { Engine, initSync } from "./wasm/wardpost_e2ee";

/** The engine itself, as the worker runs it. */
beforeAll(() => {
  initSync({ module: readFileSync(join(import.meta.dirname, "wasm/wardpost_e2ee_bg.wasm")) });
});

const NOW = 1_790_000_000_000;

it("asks the server about the account when it is greeted, and answers what it doesn't know", () => {
  const engine = new Engine([]);
  engine.command(7, JSON.stringify({ command: "dance" }), NOW);
  expect(engine.drain()).toEqual({ writes: [], frames: [], events: ['{"answer":7,"error":"failed"}'], wake_ms: undefined, close: false });
  engine.connected(NOW);
  // `Push::Challenge` with its nonce and the person, and `Ask` number 1, `Op::Account`, in CBOR.
  engine.receive(Uint8Array.of(0x82, 1, 0x81, 0x82, 0, 0x82, 0x58, 32, ...new Uint8Array(32), 0x50, ...new Uint8Array(16).fill(1)), NOW);
  expect(engine.drain()).toMatchObject({ frames: [Uint8Array.of(0x82, 1, 0x82, 1, 0x80)], close: false });
});

it("says that what is stored is damaged, so that the worker can begin from nothing", () => {
  let error: unknown;
  try {
    new Engine([["device", Uint8Array.of(1, 2, 3)]]);
  } catch (caught) {
    error = caught;
  }
  expect(error).toMatchObject({ name: "Damaged" });
  expect(new Engine([]).drain().frames).toEqual([]);
});

it("wants another connection when a frame makes no sense", () => {
  const engine = new Engine([]);
  engine.connected(NOW);
  engine.receive(Uint8Array.of(0xff), NOW);
  expect(engine.drain().close).toBe(true);
});
