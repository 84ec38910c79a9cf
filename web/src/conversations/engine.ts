/** The engine: `crates/e2ee` as WebAssembly. Only the worker that leads loads this file, and the module with it. */

import type { Output } from "./wasm/wardpost_e2ee";
import init, { Engine as Bound } from "./wasm/wardpost_e2ee";
import address from "./wasm/wardpost_e2ee_bg.wasm?url";

export type { Output };

/** Names and values that were stored. */
export type Stored = [name: string, value: Uint8Array][];

/** Times are milliseconds since the epoch. What throws is not to be called again. */
export interface Engine {
  connected: (now: number) => void;
  disconnected: () => void;
  receive: (frame: Uint8Array, now: number) => void;
  command: (id: number, json: string, now: number) => void;
  tick: (now: number) => void;
  drain: () => Output;
}

/** Gives what begins an engine from what was stored; it throws where that can't be read. */
export async function loadEngine(): Promise<(stored: Stored) => Engine> {
  await init({ module_or_path: address });
  return (stored) => new Bound(stored);
}
