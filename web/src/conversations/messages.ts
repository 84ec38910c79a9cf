/** What page, worker and the workers of other tabs say to each other. */

import type { CommandError, Commands, WorkerEvent } from "./protocol";

export type CommandName = keyof Commands;
export type CommandAnswer = { ok: unknown } | { error: CommandError };

/** Commands that would be done twice if they were asked twice. All others can be asked again. */
export const ONCE: ReadonlySet<CommandName> = new Set(["send", "forward", "create"]);

export interface Command {
  /** The same when it is asked again, of whomever. */
  uid: string;
  name: CommandName;
  args: Record<string, unknown>;
}

/** From the page to its worker. */
export type FromPage =
  /** The first: whose conversations, which tab this is, and what it shows. */
  | { kind: "start"; person: string; tab: string; views: string[] }
  | { kind: "command"; command: Command }
  /** Somebody looks, or the network is back. */
  | { kind: "wake"; online: boolean };

/** From the worker to its page. */
export type ToPage =
  | { kind: "event"; event: WorkerEvent }
  | { kind: "answer"; uid: string; answer: CommandAnswer }
  /** It can't go on; a new one can, from what is stored. */
  | { kind: "crashed" };

/** Between the workers of one person's tabs. `tab` is who speaks or who is meant. */
export type BetweenTabs =
  /** A tab is there, and asks who leads. */
  | { kind: "hello" }
  /** This one leads, from now on or still. */
  | { kind: "leads"; leader: string }
  /** The tab is there; tell it how things are. */
  | { kind: "join"; leader: string; tab: string }
  | { kind: "command"; leader: string; tab: string; command: Command }
  | { kind: "wake"; leader: string; online: boolean }
  | { kind: "answer"; leader: string; tab: string; uid: string; answer: CommandAnswer }
  /** To all, or to one that has just joined. */
  | { kind: "event"; leader: string; tab: string | null; event: WorkerEvent };
