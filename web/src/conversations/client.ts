/** How pages reach the worker that keeps the conversations. */

import { newKey } from "@/api/client";
import type { Command, CommandName, FromPage, ToPage } from "./messages";
import type { CommandError, Commands, Conversation, Status, WorkerEvent } from "./protocol";

/** A worker that ended is begun anew after so long, and then after twice as long each time. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** So many in a row that never got anywhere, and it is said. */
const IN_VAIN = 5;
/** So many workers may end with a command in hand, before it is taken to be the reason. */
const MOST_TRIES = 2;

export interface ConversationsClient {
  /** Rejects with `CommandFailure`. */
  command<N extends CommandName>(name: N, args: Commands[N][0]): Promise<Commands[N][1]>;
  /** The worker runs as long as somebody listens. */
  subscribe(listener: (event: WorkerEvent) => void): () => void;
  /** The same object until an event changes it; so is the list. */
  status(): Status;
  conversations(): Conversation[];
}

/** Why a command wasn't done. */
export class CommandFailure extends Error {
  readonly code: CommandError;
  constructor(code: CommandError) {
    super(code);
    this.name = "CommandFailure";
    this.code = code;
  }
}

interface Waiting {
  command: Command;
  tries: number;
  resolve: (ok: unknown) => void;
  reject: (why: CommandFailure) => void;
}

const STARTING: Status = { state: "starting" };

class Client implements ConversationsClient {
  readonly #person: string;
  /** Commands keep their ids when the worker is begun anew. */
  readonly #tab = newKey();
  readonly #listeners = new Set<(event: WorkerEvent) => void>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #views = new Set<string>();
  #worker: Worker | null = null;
  #status: Status = STARTING;
  #conversations: Conversation[] = [];
  #asked = 0;
  #ended = 0;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(person: string) {
    this.#person = person;
  }

  command<N extends CommandName>(name: N, args: Commands[N][0]): Promise<Commands[N][1]> {
    const uid = `${this.#tab}:${(this.#asked += 1)}`;
    const command: Command = { uid, name, args };
    const { conversation } = args as { conversation?: string };
    if (conversation !== undefined && name === "open") this.#views.add(conversation);
    if (conversation !== undefined && name === "leave_view") this.#views.delete(conversation);
    return new Promise((resolve, reject) => {
      if (this.#status.state === "over") return reject(new CommandFailure("failed"));
      this.#waiting.set(uid, { command, tries: 1, resolve: resolve as (ok: unknown) => void, reject });
      // One that is begun for it is given all that waits.
      if (this.#worker) this.#post({ kind: "command", command });
      else if (this.#again === undefined) this.#start();
    });
  }

  subscribe(listener: (event: WorkerEvent) => void): () => void {
    this.#listeners.add(listener);
    if (this.#status.state === "over") this.#status = STARTING;
    if (!this.#worker && this.#again === undefined) this.#start();
    return () => {
      this.#listeners.delete(listener);
      // Not at once: a component that is shown anew listens again in the same breath.
      setTimeout(() => {
        if (this.#listeners.size === 0) this.#stop();
      }, 0);
    };
  }

  status(): Status {
    return this.#status;
  }

  conversations(): Conversation[] {
    return this.#conversations;
  }

  #post(message: FromPage): void {
    this.#worker?.postMessage(message);
  }

  #start(): void {
    // Without locks two tabs would write over each other; browsers have them wherever a page came over TLS.
    if (!navigator.locks || typeof BroadcastChannel === "undefined" || typeof indexedDB === "undefined") {
      return this.#hear({ event: "status", status: { state: "over", reason: "other" } });
    }
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<ToPage>) => {
      if (this.#worker !== worker) return;
      if (data.kind === "event") this.#hear(data.event);
      else if (data.kind === "answer") this.#answer(data.uid, data.answer);
      else this.#crashed();
    };
    // It could not be fetched, or failed where nothing caught it.
    worker.onerror = () => {
      if (this.#worker === worker) this.#crashed();
    };
    addEventListener("online", this.#online);
    document.addEventListener("visibilitychange", this.#visible);
    this.#post({ kind: "start", person: this.#person, tab: this.#tab, views: [...this.#views] });
    for (const { command } of this.#waiting.values()) this.#post({ kind: "command", command });
  }

  #online = () => this.#post({ kind: "wake", online: true });
  #visible = () => {
    if (document.visibilityState === "visible") this.#post({ kind: "wake", online: false });
  };

  #end(): void {
    this.#worker?.terminate();
    this.#worker = null;
    removeEventListener("online", this.#online);
    document.removeEventListener("visibilitychange", this.#visible);
  }

  #stop(): void {
    clearTimeout(this.#again);
    this.#again = undefined;
    this.#end();
    this.#ended = 0;
    this.#views.clear();
    this.#status = STARTING;
    this.#conversations = [];
    this.#failAll();
  }

  #failAll(): void {
    for (const waiting of [...this.#waiting.values()]) this.#answer(waiting.command.uid, { error: "failed" });
  }

  #crashed(): void {
    this.#end();
    this.#ended += 1;
    for (const waiting of [...this.#waiting.values()]) {
      waiting.tries += 1;
      if (waiting.tries > MOST_TRIES) this.#answer(waiting.command.uid, { error: "failed" });
    }
    if (this.#status.state === "starting" && this.#ended >= IN_VAIN) {
      return this.#hear({ event: "status", status: { state: "over", reason: "other" } });
    }
    this.#hear({ event: "status", status: STARTING });
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (this.#ended - 1), LONGEST_WAIT_MS);
    this.#again = setTimeout(() => {
      this.#again = undefined;
      this.#start();
    }, wait);
  }

  #hear(said: WorkerEvent): void {
    let event = said;
    if (event.event === "status") {
      const { state } = event.status;
      // Another tab takes over, or the worker is begun anew: to the page it is as if the network were away.
      if (state === "starting" && this.#status.state === "ready") {
        event = { event: "status", status: { ...this.#status, online: false } };
      }
      if (state !== "starting") this.#ended = 0;
      this.#status = event.status;
      if (state === "over") {
        this.#end();
        this.#failAll();
      }
    }
    if (event.event === "conversations") this.#conversations = event.conversations;
    for (const listener of [...this.#listeners]) listener(event);
  }

  #answer(uid: string, answer: { ok: unknown } | { error: CommandError }): void {
    const waiting = this.#waiting.get(uid);
    if (!waiting) return;
    this.#waiting.delete(uid);
    if ("ok" in answer) waiting.resolve(answer.ok);
    else waiting.reject(new CommandFailure(answer.error));
  }
}

let present: { person: string; client: Client } | undefined;

/** The person's client. Its worker starts on first use. */
export function conversations(person: string): ConversationsClient {
  if (present?.person !== person) present = { person, client: new Client(person) };
  return present.client;
}
