import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CommandFailure, conversations, type ConversationsClient } from "./client";
import type { FromPage, ToPage } from "./messages";
import type { Status, WorkerEvent } from "./protocol";

class FakeWorker {
  static all: FakeWorker[] = [];
  posted: FromPage[] = [];
  terminated = false;
  onmessage: ((event: { data: ToPage }) => void) | null = null;
  onerror: (() => void) | null = null;
  constructor() {
    FakeWorker.all.push(this);
  }
  postMessage(message: FromPage) {
    this.posted.push(structuredClone(message));
  }
  terminate() {
    this.terminated = true;
  }
  says(data: ToPage) {
    this.onmessage?.({ data });
  }
  commands() {
    return this.posted.flatMap((message) => (message.kind === "command" ? [message.command] : []));
  }
}

const last = () => FakeWorker.all[FakeWorker.all.length - 1] as FakeWorker;
const READY: Status = { state: "ready", online: true, me: { person: "p", device: "d" } };
const status = (said: Status): ToPage => ({ kind: "event", event: { event: "status", status: said } });
let heard: WorkerEvent[];
let client: ConversationsClient;
let stop: () => void;
let count = 0;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("Worker", FakeWorker);
  vi.stubGlobal("BroadcastChannel", EventTarget);
  vi.stubGlobal("indexedDB", {});
  vi.stubGlobal("navigator", { locks: {} });
  FakeWorker.all = [];
  heard = [];
  client = conversations(`person-${(count += 1)}`);
  stop = client.subscribe((event) => heard.push(event));
});
afterEach(() => {
  stop();
  vi.runOnlyPendingTimers();
});

it("answers a command by its id, and fails it with a code", async () => {
  const [first, second] = [client.command("devices", {}), client.command("search", { text: "a", conversation: null })];
  const [one, two] = last().commands();
  expect(one).toMatchObject({ name: "devices", args: {} });
  last().says({ kind: "answer", uid: two?.uid ?? "", answer: { error: "offline" } });
  last().says({ kind: "answer", uid: one?.uid ?? "", answer: { ok: { devices: [], backups: [] } } });
  expect(await first).toEqual({ devices: [], backups: [] });
  await expect(second).rejects.toEqual(new CommandFailure("offline"));
});

it("keeps what was said last for who listens later", () => {
  expect(client.status()).toEqual({ state: "starting" });
  last().says(status(READY));
  last().says({ kind: "event", event: { event: "conversations", conversations: [] } });
  expect(client.status()).toEqual(READY);
  const list = client.conversations();
  expect(client.conversations()).toBe(list);
  expect(heard.map(({ event }) => event)).toEqual(["status", "conversations"]);
});

it("begins a worker that ended anew, later each time, and asks it what waits, by the same id", async () => {
  last().says(status(READY));
  void client.command("open", { conversation: "x" }).catch(() => undefined);
  const asked = client.command("send", { conversation: "x", text: "", urgent: false, reply_to: null, mentions: [], files: [] });
  const before = last().commands();
  last().says({ kind: "crashed" });
  // To the page it is as if the network were away.
  expect(client.status()).toEqual({ ...READY, online: false });
  vi.advanceTimersByTime(999);
  expect(FakeWorker.all).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(FakeWorker.all).toHaveLength(2);
  const [begin] = FakeWorker.all.map(({ posted }) => posted[0]);
  expect(last().posted[0]).toEqual({ ...begin, views: ["x"] });
  expect(last().commands()).toEqual(before);
  last().says(status({ state: "starting" }));
  expect(client.status()).toEqual({ ...READY, online: false });
  last().onerror?.();
  await expect(asked).rejects.toEqual(new CommandFailure("failed"));
  vi.advanceTimersByTime(1_999);
  expect(FakeWorker.all).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(FakeWorker.all).toHaveLength(3);
  expect(FakeWorker.all.map(({ terminated }) => terminated)).toEqual([true, true, false]);
});

it("says so when no worker ever gets anywhere", () => {
  for (let time = 0; time < 5; time += 1) {
    last().says({ kind: "crashed" });
    vi.advanceTimersByTime(60_000);
  }
  expect(FakeWorker.all).toHaveLength(5);
  expect(client.status()).toEqual({ state: "over", reason: "other" });
});

it("fails what waits when it is over, and asks nobody any more", async () => {
  const asked = client.command("devices", {});
  last().says(status({ state: "over", reason: "device_removed" }));
  await expect(asked).rejects.toEqual(new CommandFailure("failed"));
  await expect(client.command("devices", {})).rejects.toEqual(new CommandFailure("failed"));
  expect(last().terminated).toBe(true);
  expect(FakeWorker.all).toHaveLength(1);
  // Who listens anew, after another sign-in, begins anew.
  stop();
  stop = client.subscribe(() => undefined);
  expect(FakeWorker.all).toHaveLength(2);
});

it("ends the worker when nobody listens any more, but not for a component that is only shown anew", () => {
  last().says(status(READY));
  stop();
  stop = client.subscribe(() => undefined);
  vi.advanceTimersByTime(10);
  expect(last().terminated).toBe(false);
  stop();
  vi.advanceTimersByTime(10);
  expect(last().terminated).toBe(true);
  expect(client.status()).toEqual({ state: "starting" });
  expect(client.conversations()).toEqual([]);
});

it("passes on that somebody looks, and that the network is back", () => {
  dispatchEvent(new Event("online"));
  document.dispatchEvent(new Event("visibilitychange"));
  expect(last().posted.slice(1)).toEqual([
    { kind: "wake", online: true },
    { kind: "wake", online: false },
  ]);
});

it("doesn't begin where two tabs could not be kept apart", () => {
  vi.stubGlobal("navigator", {});
  const other = conversations("somebody-else");
  const end = other.subscribe((event) => heard.push(event));
  expect(other.status()).toEqual({ state: "over", reason: "other" });
  expect(FakeWorker.all).toHaveLength(1);
  end();
});
