/** How pages reach the worker that keeps the conversations. */

import type { CommandError, Commands, Conversation, Status, WorkerEvent } from "./protocol";

export interface ConversationsClient {
  /** Rejects with `CommandFailure`. */
  command<N extends keyof Commands>(name: N, args: Commands[N][0]): Promise<Commands[N][1]>;
  subscribe(listener: (event: WorkerEvent) => void): () => void;
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

/** Starts the worker on first use. */
export function conversations(person: string): ConversationsClient {
  throw new CommandFailure(person ? "failed" : "not_found");
}
