import { beforeEach, expect, it, vi } from "vitest";
import type { Engine, Output } from "./engine";
import { runHost } from "./host";
import type { BetweenTabs, Command, CommandAnswer } from "./messages";
import type { WorkerEvent } from "./protocol";
import type { Answered } from "./store";
import { joinTabs, type Browser, type Channel, type Tab } from "./tabs";

/** Locks and channels of one browser, as the standards say, and what is on its disk. */
class World {
  readonly queues = new Map<string, Request[]>();
  readonly channels = new Set<Wire>();
  readonly disk = new Map<string, Answered>();
  /** What the engines were told, each with the tab that drove it. */
  readonly engines: string[] = [];
  /** What they answer. */
  answer: (tab: string, command: { command: string; conversation?: string }) => CommandAnswer | null = () => ({ ok: {} });

  next(name: string) {
    const first = this.queues.get(name)?.[0];
    if (!first || first.granted) return;
    first.granted = true;
    void Promise.resolve()
      .then(() => first.act())
      .then((value) => {
        first.resolve(value);
        this.remove(name, first);
      });
  }
  remove(name: string, request: Request) {
    const queue = this.queues.get(name) ?? [];
    this.queues.set(name, queue.filter((other) => other !== request));
    this.next(name);
  }
}

interface Request {
  tab: OneTab;
  granted: boolean;
  act: () => unknown;
  resolve: (value: unknown) => void;
}
type Wire = Channel & { name: string; tab: OneTab };

/** A tab of that browser: its page, and the worker under test. */
class OneTab {
  readonly heard: WorkerEvent[] = [];
  readonly answers: [string, CommandAnswer][] = [];
  crashed = 0;
  alive = true;
  leads = false;
  /** What the leader's engine says unasked. */
  tell: (event: WorkerEvent) => void = () => undefined;
  readonly worker: Tab;
  readonly world: World;
  readonly name: string;

  constructor(world: World, name: string, views: string[] = []) {
    this.world = world;
    this.name = name;
    this.worker = joinTabs(
      this.browser(),
      {
        event: (event) => void this.heard.push(event),
        answer: (uid, answer) => void this.answers.push([uid, answer]),
        crashed: () => void (this.crashed += 1),
      },
      "p",
      name,
      views,
    );
  }

  browser(): Browser {
    const { world } = this;
    const request = (name: string, { signal }: { signal: AbortSignal }, act: () => unknown) =>
      new Promise((resolve, reject) => {
        const mine: Request = { tab: this, granted: false, act, resolve };
        world.queues.set(name, [...(world.queues.get(name) ?? []), mine]);
        signal.addEventListener("abort", () => {
          if (mine.granted) return;
          world.remove(name, mine);
          reject(signal.reason);
        });
        world.next(name);
      });
    return {
      locks: { request: request as unknown as LockManager["request"] },
      channel: (name) => {
        const wire: Wire = {
          name,
          tab: this,
          onmessage: null,
          postMessage: (message: BetweenTabs) => {
            for (const other of world.channels) {
              if (other === wire || other.name !== name) continue;
              const copy = structuredClone(message);
              queueMicrotask(() => {
                if (other.tab.alive) other.onmessage?.call(other as unknown as BroadcastChannel, { data: copy } as MessageEvent);
              });
            }
          },
          close: () => void world.channels.delete(wire),
        };
        world.channels.add(wire);
        return wire;
      },
      lead: (callbacks) => {
        this.leads = true;
        return runHost({
          ...callbacks,
          keeper: {
            stored: [],
            answered: [...world.disk.values()],
            write: async ({ answers }) => {
              for (const [uid, answered] of answers) if (answered) world.disk.set(uid, answered);
            },
            clear: async () => undefined,
            close: () => undefined,
            erase: async () => undefined,
          },
          begin: () => this.engine(),
          connect: (listener) => {
            this.tell = (event) => {
              this.said.push(JSON.stringify(event));
              listener.received(1, new Uint8Array());
            };
            return { send: () => undefined, drop: () => undefined, wake: (online) => void world.engines.push(`${this.name} wake ${online}`), stop: () => undefined };
          },
        });
      },
    };
  }

  private said: string[] = [];
  private engine(): Engine {
    return {
      connected: () => undefined,
      disconnected: () => undefined,
      receive: () => undefined,
      tick: () => undefined,
      command: (id, json) => {
        const command = JSON.parse(json) as { command: string; conversation?: string };
        this.world.engines.push(`${this.name} ${command.command} ${command.conversation ?? ""}`.trim());
        const answer = this.world.answer(this.name, command);
        if (answer) this.said.push(JSON.stringify({ answer: id, ...answer }));
      },
      drain: (): Output => ({ writes: [], frames: [], events: this.said.splice(0), wake_ms: undefined, close: false }),
    };
  }

  ask(id: string, name: Command["name"], conversation?: string) {
    this.worker.command({ uid: `${this.name}:${id}`, name, args: conversation ? { conversation } : {} });
  }

  /** Its window is closed: the worker gets no word of it, the browser takes its locks. */
  dies() {
    this.alive = false;
    for (const wire of [...this.world.channels]) if (wire.tab === this) this.world.channels.delete(wire);
    for (const [name, queue] of this.world.queues) {
      for (const request of queue) if (request.tab === this) this.world.remove(name, request);
    }
  }
}

const READY: WorkerEvent = { event: "status", status: { state: "ready", online: true, me: { person: "p", device: "d" } } };
const LIST: WorkerEvent = { event: "conversations", conversations: [] };
/** Everything that waits for nothing but its turn has had it. */
const settle = async () => {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
};

let world: World;
let a: OneTab;
let b: OneTab;
beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  world = new World();
  a = new OneTab(world, "a");
  await settle();
  b = new OneTab(world, "b");
  await settle();
});

it("has one tab lead, which tells all of them, those that come later too", async () => {
  expect([a.leads, b.leads]).toEqual([true, false]);
  a.tell(READY);
  a.tell(LIST);
  await settle();
  const c = new OneTab(world, "c");
  await settle();
  for (const tab of [a, b, c]) expect(tab.heard).toEqual([READY, LIST]);
  expect(c.leads).toBe(false);
});

it("gives a command to the leader and its answer to who asked, and to nobody else", async () => {
  a.tell(READY);
  await settle();
  world.answer = () => ({ ok: { devices: [] } });
  b.ask("1", "devices");
  await settle();
  expect(world.engines).toEqual(["a devices"]);
  expect(b.answers).toEqual([["b:1", { ok: { devices: [] } }]]);
  expect(a.answers).toEqual([]);
});

it("waits with commands until the leader has read what is stored", async () => {
  a.ask("1", "devices");
  b.ask("1", "devices");
  await settle();
  expect(world.engines).toEqual([]);
  a.tell({ event: "status", status: { state: "starting" } });
  await settle();
  expect(world.engines).toEqual([]);
  a.tell(READY);
  await settle();
  expect(world.engines).toEqual(["a devices", "a devices"]);
  expect([a.answers.length, b.answers.length]).toEqual([1, 1]);
});

it("goes over to the next tab when the leader's closes: what was asked is asked again, what is shown is shown", async () => {
  a.tell(READY);
  await settle();
  world.answer = (tab, { command, conversation }) =>
    tab === "a" && command === "devices" ? null : { ok: command === "open" ? { conversation, items: [] } : {} };
  b.ask("1", "open", "x");
  b.ask("2", "devices");
  await settle();
  expect(b.answers.map(([uid]) => uid)).toEqual(["b:1"]);
  a.dies();
  await settle();
  expect(b.leads).toBe(true);
  b.tell(READY);
  await settle();
  expect(world.engines).toEqual(["a open x", "a devices", "b open x", "b devices"]);
  expect(b.answers).toEqual([["b:1", { ok: { conversation: "x", items: [] } }], ["b:2", { ok: {} }]]);
  // The page asked once: to it the second opening is a change.
  expect(b.heard.at(-1)).toEqual({ event: "timeline", timeline: { conversation: "x", items: [] } });
});

it("tells the others who leads now", async () => {
  const c = new OneTab(world, "c");
  a.tell(READY);
  await settle();
  a.dies();
  await settle();
  b.tell(READY);
  c.ask("1", "devices");
  await settle();
  expect(c.answers).toEqual([["c:1", { ok: {} }]]);
  expect(world.engines).toEqual(["b devices"]);
});

it("doesn't send twice what the old leader had sent when it closed, and tells that it is sent", async () => {
  a.tell(READY);
  await settle();
  world.answer = () => ({ ok: { id: "m" } });
  // The leader's last word doesn't come any more: its tab closes between the write and the answer.
  const wire = [...world.channels].find(({ tab }) => tab === a);
  if (wire) wire.postMessage = () => undefined;
  b.ask("1", "send", "x");
  await settle();
  expect(world.engines).toEqual(["a send x"]);
  expect(b.answers).toEqual([]);
  a.dies();
  await settle();
  b.tell(READY);
  await settle();
  expect(world.engines).toEqual(["a send x"]);
  expect(b.answers).toEqual([["b:1", { ok: { id: "m" } }]]);
});

it("shows a conversation as long as any tab shows it, also when one closes without a word", async () => {
  a.tell(READY);
  await settle();
  const c = new OneTab(world, "c");
  await settle();
  for (const tab of [a, b, c]) tab.ask("1", "open", "x");
  await settle();
  a.ask("2", "leave_view", "x");
  await settle();
  expect(a.answers.at(-1)).toEqual(["a:2", { ok: {} }]);
  c.dies();
  await settle();
  expect(world.engines.filter((entry) => entry.includes("leave_view"))).toEqual([]);
  b.ask("2", "leave_view", "x");
  await settle();
  expect(world.engines.filter((entry) => entry.includes("leave_view"))).toEqual(["a leave_view x"]);
  b.ask("3", "open", "y");
  await settle();
  b.dies();
  await settle();
  expect(world.engines.at(-1)).toBe("a leave_view y");
});

it("gives up a command that no leader survives", async () => {
  const others = ["c", "d", "e"].map((name) => new OneTab(world, name));
  const asker = new OneTab(world, "z");
  await settle();
  world.answer = (_tab, { command }) => {
    if (command === "search") throw new Error("the engine ended at x.rs:1:1");
    return { ok: {} };
  };
  asker.ask("1", "search");
  for (const tab of [a, b, ...others]) {
    tab.tell(READY);
    await settle();
  }
  expect([a, b, ...others].map((tab) => tab.crashed)).toEqual([1, 1, 1, 0, 0]);
  expect(asker.answers).toEqual([["z:1", { error: "failed" }]]);
});

it("stops everywhere when it is over, and leaves the lock to who signs in next", async () => {
  a.tell(READY);
  await settle();
  world.answer = () => null;
  b.ask("1", "devices");
  await settle();
  a.tell({ event: "status", status: { state: "over", reason: "signed_out" } });
  await settle();
  for (const tab of [a, b]) expect(tab.heard.at(-1)).toEqual({ event: "status", status: { state: "over", reason: "signed_out" } });
  expect(b.answers).toEqual([["b:1", { error: "failed" }]]);
  expect(b.leads).toBe(false);
  b.ask("2", "devices");
  expect(b.answers.at(-1)).toEqual(["b:2", { error: "failed" }]);
  const next = new OneTab(world, "n");
  await settle();
  expect(next.leads).toBe(true);
});

it("tells the page when it can't lead, and lets another try", async () => {
  const broken = new World();
  const first = new OneTab(broken, "first");
  const stored = broken.disk;
  Object.defineProperty(broken, "disk", {
    get: () => {
      Object.defineProperty(broken, "disk", { value: stored });
      throw new Error("the database could not be opened");
    },
    configurable: true,
  });
  const second = new OneTab(broken, "second");
  await settle();
  expect(first.crashed).toBe(1);
  expect([second.crashed, second.leads]).toEqual([0, true]);
});

it("passes on to the leader that somebody looks", async () => {
  b.worker.wake(false);
  a.worker.wake(true);
  await settle();
  expect(world.engines).toEqual(["a wake true", "a wake false"]);
});
