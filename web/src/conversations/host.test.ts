import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Listener } from "./connection";
import type { Engine, Output, Stored } from "./engine";
import { type Host, runHost, type Surroundings } from "./host";
import type { Command } from "./messages";
import type { Answered, Batch } from "./store";

const NOTHING: Output = { writes: [], frames: [], events: [], wake_ms: undefined, close: false };
const bytes = (...list: number[]) => Uint8Array.from(list);

/** What happened, in order. */
let log: string[];
/** What the engine does about an input. */
let reaction: (input: string) => Partial<Output>;
/** Writes that aren't on the disk yet. */
let writing: { batch: Batch; done: () => void; failed: (why: Error) => void }[];
let line: Listener;
let answered: Answered[];
let begin: (stored: Stored) => Engine;
let waits: boolean;

const drained = () => {
  const out = next;
  next = NOTHING;
  return out;
};
let next = NOTHING;
const react = (input: string) => {
  log.push(input);
  const out = reaction(input);
  next = {
    writes: [...next.writes, ...(out.writes ?? [])],
    frames: [...next.frames, ...(out.frames ?? [])],
    events: [...next.events, ...(out.events ?? [])],
    wake_ms: out.wake_ms,
    close: next.close || (out.close ?? false),
  };
};
const engine: Engine = {
  connected: () => react("connected"),
  disconnected: () => {
    next = { ...next, frames: [] };
    react("disconnected");
  },
  receive: (frame) => react(`receive ${frame}`),
  command: (id, json) => react(`command ${id} ${json}`),
  tick: () => react("tick"),
  drain: drained,
};

const start = async (more: Partial<Surroundings> = {}): Promise<Host> => {
  const host = await runHost({
    keeper: {
      stored: [["a", bytes(1)]],
      answered,
      write: (batch) => {
        log.push(`write ${batch.records.map(([name]) => name).join()}`);
        return waits ? new Promise((done, failed) => writing.push({ batch, done, failed })) : Promise.resolve();
      },
      clear: async () => void log.push("clear"),
      close: () => void log.push("close store"),
      erase: async () => void log.push("erase"),
    },
    begin,
    connect: (listener) => {
      line = listener;
      return {
        send: (of, frame) => void log.push(`send ${of} ${frame}`),
        drop: (of) => void log.push(`drop ${of}`),
        wake: (online) => void log.push(`wake ${online}`),
        stop: () => void log.push("stop connection"),
      };
    },
    onEvent: (event) => void log.push(`event ${event.event}`),
    onAnswer: (uid, answer) => void log.push(`answer ${uid} ${JSON.stringify(answer)}`),
    onCrash: (error) => void log.push(`crash ${String(error)}`),
    ...more,
  });
  host.start();
  return host;
};
/** Lets everything happen that waits for nothing but its turn. */
const settle = () => vi.advanceTimersByTimeAsync(0);
const command = (uid: string, name: Command["name"] = "devices"): Command => ({ uid, name, args: {} });

beforeEach(() => {
  vi.useFakeTimers();
  log = [];
  writing = [];
  answered = [];
  waits = false;
  next = NOTHING;
  reaction = () => ({});
  begin = () => engine;
});
afterEach(() => vi.clearAllTimers());

it("sends nothing and tells nothing before it is on the disk, and does both then, in this order", async () => {
  waits = true;
  reaction = () => ({ writes: [["k", bytes(7)]], frames: [bytes(1), bytes(2)], events: ['{"event":"conversations","conversations":[]}'] });
  await start();
  line.opened(1);
  await settle();
  expect(log).toEqual(["connected", "write k"]);
  expect(writing[0]?.batch).toEqual({ records: [["k", bytes(7)]], answers: [] });
  writing[0]?.done();
  await settle();
  expect(log).toEqual(["connected", "write k", "send 1 1", "send 1 2", "event conversations"]);
});

it("lets what comes during a write wait, and share the next one", async () => {
  waits = true;
  reaction = (input) => ({ writes: [[input, bytes(1)]] });
  await start();
  line.opened(1);
  line.received(1, bytes(1));
  line.received(1, bytes(2));
  await settle();
  expect(log).toEqual(["connected", "write connected"]);
  writing[0]?.done();
  await settle();
  expect(log.slice(2)).toEqual(["receive 1", "receive 2", "write receive 1,receive 2"]);
});

it("sends nothing, tells nothing and goes on with nothing when a write fails", async () => {
  waits = true;
  reaction = () => ({ writes: [["k", bytes(1)]], frames: [bytes(1)], events: ['{"event":"conversations","conversations":[]}'] });
  const host = await start();
  line.opened(1);
  line.received(1, bytes(1));
  writing[0]?.failed(new Error("disk full"));
  await settle();
  expect(log).toEqual(["connected", "write k", "stop connection", "close store", "crash Error: disk full"]);
  host.command(command("t:1"));
  line.received(1, bytes(2));
  await settle();
  expect(log).toHaveLength(5);
});

it("ends with an engine that broke, having sent nothing of what it did last", async () => {
  reaction = (input) => {
    if (input.startsWith("receive")) throw new Error("the engine ended at x.rs:1:1");
    return { frames: [bytes(1)] };
  };
  await start();
  line.opened(1);
  line.received(1, bytes(1));
  await settle();
  expect(log).toEqual(["connected", "send 1 1", "receive 1", "stop connection", "close store", "crash Error: the engine ended at x.rs:1:1"]);
});

it("never sends on a connection what was meant for an earlier one", async () => {
  waits = true;
  reaction = (input) => (input === "disconnected" ? {} : { writes: [["k", bytes(1)]], frames: [bytes(input.length)] });
  await start();
  line.opened(1);
  line.closed(1);
  line.opened(2);
  writing[0]?.done();
  await settle();
  writing[1]?.done();
  await settle();
  // The connection itself knows that line 1 is gone (`connection.test.ts`).
  expect(log).toEqual(["connected", "write k", "send 1 9", "disconnected", "connected", "write k", "send 2 9"]);
});

it("answers each command by its own name, whatever else has the same number inside", async () => {
  reaction = (input) => {
    const id = /^command (\d+)/.exec(input)?.[1];
    return { events: id === "1" ? ['{"answer":1,"error":"offline"}', '{"answer":9,"ok":{}}'] : [`{"answer":${id},"ok":{"devices":[]}}`] };
  };
  const host = await start();
  host.command({ uid: "t:1", name: "rename_device", args: { device: "d", name: "phone" } });
  host.command(command("u:1"));
  await settle();
  expect(log).toEqual([
    'command 1 {"device":"d","name":"phone","command":"rename_device"}',
    'answer t:1 {"error":"offline"}',
    'command 2 {"command":"devices"}',
    'answer u:1 {"ok":{"devices":[]}}',
  ]);
});

it("doesn't do twice what an earlier leader did or began, and tells what came of it", async () => {
  answered = [
    { uid: "t:1", at: 1, answer: { ok: { id: "m" } } },
    { uid: "t:2", at: 2, answer: null },
  ];
  const host = await start();
  host.command(command("t:1", "send"));
  host.command(command("t:2", "create"));
  await settle();
  expect(log).toEqual(['answer t:1 {"ok":{"id":"m"}}', 'answer t:2 {"error":"failed"}']);
});

it("writes down that such a command was begun, and its answer, together with what it did", async () => {
  waits = true;
  reaction = (input) => (input.startsWith("command") ? { writes: [["outbox", bytes(1)]] } : { events: ['{"answer":1,"ok":{"id":"m"}}'] });
  vi.setSystemTime(5_000);
  const host = await start();
  host.command(command("t:1", "send"));
  // Asked again before it is answered: once is enough.
  host.command(command("t:1", "send"));
  await settle();
  expect(writing[0]?.batch).toEqual({ records: [["outbox", bytes(1)]], answers: [["t:1", { uid: "t:1", at: 5_000, answer: null }]] });
  line.received(1, bytes(1));
  writing[0]?.done();
  await settle();
  expect(writing[1]?.batch.answers).toEqual([["t:1", { uid: "t:1", at: 5_000, answer: { ok: { id: "m" } } }]]);
  expect(log.filter((entry) => entry.startsWith("answer"))).toEqual([]);
  writing[1]?.done();
  await settle();
  expect(log.at(-1)).toBe('answer t:1 {"ok":{"id":"m"}}');
});

it("keeps only so many answers", async () => {
  reaction = (input) => ({ events: [`{"answer":${/^command (\d+)/.exec(input)?.[1]},"ok":{}}`] });
  const dropped: string[] = [];
  const host = await start({
    keeper: {
      stored: [],
      answered: [{ uid: "old", at: 1, answer: null }],
      write: async (batch) => void dropped.push(...batch.answers.flatMap(([uid, kept]) => (kept ? [] : [uid]))),
      clear: async () => undefined,
      close: () => undefined,
      erase: async () => undefined,
    },
  });
  for (let n = 1; n <= 257; n += 1) host.command(command(`t:${n}`, "send"));
  await settle();
  expect(dropped).toEqual(["old", "t:1"]);
});

it("deletes the database of a device that was removed before it says so", async () => {
  reaction = () => ({ close: true, events: ['{"event":"status","status":{"state":"over","reason":"device_removed"}}'] });
  await start();
  line.received(1, bytes(1));
  await settle();
  expect(log).toEqual(["receive 1", "stop connection", "erase", "event status"]);
});

it("keeps the database when one only signed out", async () => {
  reaction = () => ({ close: true, events: ['{"event":"status","status":{"state":"over","reason":"signed_out"}}'] });
  await start();
  line.received(1, bytes(1));
  await settle();
  expect(log).toEqual(["receive 1", "stop connection", "close store", "event status"]);
});

it("closes a connection that the engine finds useless", async () => {
  reaction = () => ({ close: true });
  await start();
  line.opened(4);
  await settle();
  expect(log).toEqual(["connected", "drop 4"]);
});

it("drops a connection that brings more than can be taken in", async () => {
  waits = true;
  reaction = () => ({ writes: [["k", bytes(1)]] });
  await start();
  line.opened(1);
  for (let n = 0; n < 5; n += 1) line.received(1, new Uint8Array(8 << 20));
  expect(log).toEqual(["connected", "write k", "drop 1"]);
});

it("wakes the engine when it asks to, but not in a circle", async () => {
  vi.setSystemTime(1_000);
  reaction = (input) => ({ wake_ms: input === "tick" ? 0 : 6_000 });
  await start();
  line.opened(1);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(log).toEqual(["connected"]);
  await vi.advanceTimersByTimeAsync(1);
  expect(log).toEqual(["connected", "tick"]);
  await vi.advanceTimersByTimeAsync(100);
  expect(log).toHaveLength(2 + 5);
});

it("begins as a new device where the stored state is damaged, and doesn't touch it for any other reason", async () => {
  const given: Stored[] = [];
  begin = (stored) => {
    given.push(stored);
    if (stored.length > 0) throw Object.assign(new Error("stored state is damaged: device"), { name: "Damaged" });
    return engine;
  };
  await start();
  expect(given).toEqual([[["a", bytes(1)]], []]);
  expect(log).toEqual(["clear"]);
  begin = () => {
    throw new Error("the engine ended at x.rs:1:1");
  };
  await expect(start()).rejects.toThrow("x.rs");
  expect(log).toEqual(["clear"]);
});
