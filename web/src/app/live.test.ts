import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { listen, type LiveMessage } from "./live";

class Source extends EventTarget {
  static all: Source[] = [];
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  constructor() {
    super();
    Source.all.push(this);
  }
  close() {
    this.closed = true;
  }
  send(type: string, data: string) {
    this.dispatchEvent(new MessageEvent(type, { data }));
  }
}

let heard: LiveMessage[];
let connected: boolean[];
beforeEach(() => {
  vi.useFakeTimers();
  Source.all = [];
  heard = [];
  connected = [];
  vi.stubGlobal("EventSource", Source);
  vi.stubGlobal("BroadcastChannel", undefined);
});
afterEach(() => vi.unstubAllGlobals());

const start = () => listen((event) => heard.push(event), (on) => connected.push(on));

it("has everything fetched again once it listens: what happened since the page's first fetches is not known", () => {
  const live = start();
  expect(heard).toEqual([]);
  Source.all[0]?.onopen?.();
  expect(heard).toEqual([{ kind: "resync" }]);
  live.stop();
});

it("passes on changes and lets malformed ones go", async () => {
  const live = start();
  const [source] = Source.all;
  source?.onopen?.();
  source?.send("change", '{"kind":"held"}');
  source?.send("change", "not json");
  source?.send("resync", "");
  expect(heard).toEqual([{ kind: "resync" }, { kind: "held" }, { kind: "resync" }]);
  live.stop();
  expect(source?.closed).toBe(true);
});

it("comes back with growing pauses, and fetches everything again after a gap", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  const live = start();
  Source.all[0]?.onerror?.();
  expect(connected).toEqual([false]);
  await vi.advanceTimersByTimeAsync(1_001);
  expect(Source.all).toHaveLength(2);
  Source.all[1]?.onerror?.();
  await vi.advanceTimersByTimeAsync(1_500);
  expect(Source.all).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(600);
  expect(Source.all).toHaveLength(3);
  Source.all[2]?.onopen?.();
  expect(connected.at(-1)).toBe(true);
  expect(heard).toEqual([{ kind: "resync" }]);
  live.stop();
});

it("opens nothing more once stopped", async () => {
  const live = start();
  Source.all[0]?.onerror?.();
  live.stop();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(Source.all).toHaveLength(1);
});
