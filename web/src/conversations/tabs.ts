/**
 * One leader among a person's tabs. Every tab has a worker; the one that holds the person's lock drives the engine, the
 * others pass on what their pages ask and hear. When the leader's tab closes, the browser gives the lock to the next, which
 * begins from what is stored. What was asked and not answered is asked again; what must not be done twice isn't
 * (`host.ts`).
 */

import type { Host } from "./host";
import type { BetweenTabs, Command, CommandAnswer } from "./messages";
import type { WorkerEvent } from "./protocol";

/** How often a command is given to a leader: one that none survives isn't given to all of them. */
const MOST_TRIES = 3;

/** What is used of the browser. */
export interface Browser {
  locks: Pick<LockManager, "request">;
  channel: (name: string) => Channel;
  /** Begins to lead. */
  lead: (callbacks: Callbacks) => Promise<Host>;
}
export type Channel = Pick<BroadcastChannel, "postMessage" | "close" | "onmessage">;
export interface Callbacks {
  onEvent: (event: WorkerEvent) => void;
  onAnswer: (uid: string, answer: CommandAnswer) => void;
  onCrash: (error: unknown) => void;
}

/** This tab's page. */
export interface Page {
  event: (event: WorkerEvent) => void;
  answer: (uid: string, answer: CommandAnswer) => void;
  crashed: (error: unknown) => void;
}

export interface Tab {
  command: (command: Command) => void;
  wake: (online: boolean) => void;
  stop: () => void;
}

export function joinTabs(browser: Browser, page: Page, person: string, tab: string, views: readonly string[]): Tab {
  const name = `wardpost-conversations-${person}`;
  const presence = (of: string) => `${name}-${of}`;
  const channel = browser.channel(name);
  const say = (message: BetweenTabs) => channel.postMessage(message);
  const ended = new AbortController();

  /** Asked by our page and not answered yet; how often it was given to a leader. */
  const pending = new Map<string, { command: Command; given: number }>();
  /** What our page shows: a new leader has to be told. */
  const shown = new Set(views);
  /** Who leads, as far as we know, and whether it has read what is stored: before that it can only refuse. */
  let leader: string | null = null;
  let ready = false;
  let leading: Leading | null = null;

  const give = (command: Command) => {
    if (leading) leading.command(tab, command);
    else if (leader) say({ kind: "command", leader, tab, command });
  };

  const giveAll = () => {
    for (const [uid, waiting] of pending) {
      if (waiting.given >= MOST_TRIES) answered(uid, { error: "failed" });
      else {
        waiting.given += 1;
        give(waiting.command);
      }
    }
  };

  /** Somebody else leads now. */
  const follow = (next: string) => {
    if (leader === next || leading) return;
    leader = next;
    ready = false;
    say({ kind: "join", leader, tab });
  };

  /** A leader's first word that it has read what is stored. */
  const becomeReady = () => {
    ready = true;
    for (const conversation of shown) give({ uid: `${tab}:show:${conversation}`, name: "open", args: { conversation } });
    giveAll();
  };

  const heard = (event: WorkerEvent) => {
    page.event(event);
    if (event.event !== "status") return;
    if (event.status.state === "over") return over();
    if (event.status.state !== "starting" && !ready) becomeReady();
  };

  const answered = (uid: string, answer: CommandAnswer) => {
    // Nobody asked for it anew but us: the page sees it as a change.
    if (uid.startsWith(`${tab}:show:`)) {
      if ("ok" in answer) page.event({ event: "timeline", timeline: answer.ok } as WorkerEvent);
      return;
    }
    if (pending.delete(uid)) page.answer(uid, answer);
  };

  const over = () => {
    for (const uid of [...pending.keys()]) answered(uid, { error: "failed" });
    stop();
  };

  const stop = () => {
    ended.abort();
    leading?.stop();
    leading = null;
    channel.onmessage = null;
    channel.close();
  };

  channel.onmessage = ({ data }: MessageEvent<BetweenTabs>) => {
    switch (data.kind) {
      case "leads":
        return follow(data.leader);
      case "event":
        if (data.leader === leader && !leading && (data.tab === null || data.tab === tab)) heard(data.event);
        return;
      case "answer":
        if (data.leader === leader && data.tab === tab) answered(data.uid, data.answer);
        return;
      default:
        leading?.hear(data);
    }
  };

  const takeOver = async () => {
    const began = await beginToLead(browser, {
      say,
      presence,
      tab,
      event: heard,
      answer: answered,
      crashed: (error) => {
        stop();
        page.crashed(error);
      },
      signal: ended.signal,
    });
    if (ended.signal.aborted) return began.stop();
    leading = began;
    leader = null;
    ready = false;
    began.start();
  };

  // Ours as long as we are there: the leader sees by it when we aren't any more.
  void hold(browser.locks, presence(tab), ended.signal, () => undefined);
  void hold(browser.locks, name, ended.signal, () => {
    takeOver().catch((error: unknown) => {
      if (ended.signal.aborted) return;
      stop();
      page.crashed(error);
    });
  });
  say({ kind: "hello" });

  return {
    command: (command) => {
      if (ended.signal.aborted) return page.answer(command.uid, { error: "failed" });
      const { conversation } = command.args as { conversation?: string };
      if (conversation !== undefined) {
        if (command.name === "open") shown.add(conversation);
        if (command.name === "leave_view") shown.delete(conversation);
      }
      pending.set(command.uid, { command, given: ready ? 1 : 0 });
      if (ready) give(command);
    },
    wake: (online) => {
      if (leading) leading.wake(online);
      else if (leader) say({ kind: "wake", leader, online });
    },
    stop,
  };
}

/** Waits for a lock, and holds it until `signal`. */
function hold(locks: Browser["locks"], name: string, signal: AbortSignal, act: () => void): Promise<void> {
  const held = locks.request(name, { signal }, () => {
    act();
    return new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
    });
  });
  // Given up before it was ours.
  return Promise.resolve(held).catch(() => undefined);
}

interface Leading {
  command: (tab: string, command: Command) => void;
  hear: (message: BetweenTabs) => void;
  /** Says so to all, and connects. */
  start: () => void;
  wake: (online: boolean) => void;
  stop: () => void;
}

interface Led {
  say: (message: BetweenTabs) => void;
  presence: (tab: string) => string;
  tab: string;
  event: (event: WorkerEvent) => void;
  answer: (uid: string, answer: CommandAnswer) => void;
  crashed: (error: unknown) => void;
  signal: AbortSignal;
}

async function beginToLead(browser: Browser, led: Led): Promise<Leading> {
  const leader = crypto.randomUUID();
  /** Whose page asked; a command of a tab that is gone is nobody's. */
  const askers = new Map<string, string>();
  /** Who shows which conversation. */
  const viewers = new Map<string, Set<string>>();
  const known = new Set<string>([led.tab]);
  /** For who comes later. */
  const latest = new Map<WorkerEvent["event"], WorkerEvent>();

  const host = await browser.lead({
    onEvent: (event) => {
      if (event.event !== "timeline") latest.set(event.event, event);
      led.say({ kind: "event", leader, tab: null, event });
      led.event(event);
    },
    onAnswer: (uid, answer) => {
      const tab = askers.get(uid);
      askers.delete(uid);
      if (tab !== undefined) reply(tab, uid, answer);
    },
    onCrash: led.crashed,
  });

  const reply = (tab: string, uid: string, answer: CommandAnswer) => {
    if (tab === led.tab) led.answer(uid, answer);
    else led.say({ kind: "answer", leader, tab, uid, answer });
  };

  const leaves = (tab: string, conversation: string): boolean => {
    const of = viewers.get(conversation);
    of?.delete(tab);
    if (of && of.size > 0) return false;
    viewers.delete(conversation);
    return true;
  };

  const gone = (tab: string) => {
    known.delete(tab);
    for (const [uid, asker] of askers) if (asker === tab) askers.delete(uid);
    for (const conversation of [...viewers.keys()]) {
      if (viewers.get(conversation)?.has(tab) && leaves(tab, conversation))
        host.command({ uid: `${tab}:left:${conversation}`, name: "leave_view", args: { conversation } });
    }
  };

  const meet = (tab: string) => {
    if (known.has(tab)) return;
    known.add(tab);
    // Its own worker holds this as long as it lives.
    void browser.locks.request(led.presence(tab), { signal: led.signal }, () => gone(tab)).catch(() => undefined);
  };

  const command = (tab: string, asked: Command) => {
    meet(tab);
    const { conversation } = asked.args as { conversation?: string };
    if (asked.name === "open" && conversation !== undefined)
      viewers.set(conversation, (viewers.get(conversation) ?? new Set()).add(tab));
    // Others still look at it.
    if (asked.name === "leave_view" && conversation !== undefined && !leaves(tab, conversation))
      return reply(tab, asked.uid, { ok: {} });
    askers.set(asked.uid, tab);
    host.command(asked);
  };

  return {
    command,
    hear: (message) => {
      if (message.kind === "hello") return led.say({ kind: "leads", leader });
      if (!("leader" in message) || message.leader !== leader) return;
      if (message.kind === "command") command(message.tab, message.command);
      if (message.kind === "wake") host.wake(message.online);
      if (message.kind === "join") {
        meet(message.tab);
        for (const event of latest.values()) led.say({ kind: "event", leader, tab: message.tab, event });
      }
    },
    start: () => {
      led.say({ kind: "leads", leader });
      host.start();
    },
    wake: host.wake,
    stop: host.stop,
  };
}
