/**
 * Drives the engine: feeds it frames, commands and the time, and does what it says, in its order. What it keeps is on the
 * disk before anything is sent, and both before a page hears of it. What comes meanwhile waits, and shares the next write.
 */

import type { Connection, Listener } from "./connection";
import type { Engine, Output, Stored } from "./engine";
import type { Command, CommandAnswer } from "./messages";
import { ONCE } from "./messages";
import type { WorkerEvent } from "./protocol";
import type { Answered, Batch, Keeper } from "./store";

/** Frames that may wait for the engine. What a dropped connection brought comes again. */
const TOO_MUCH_BYTES = 32 << 20;
/** Answers kept for tabs that ask again. */
const ANSWERS_KEPT = 256;
/** An engine that wants to be woken now is, but not in a circle. */
const SHORTEST_SLEEP_MS = 20;
const LONGEST_SLEEP_MS = 3_600_000;

type Input =
  | { kind: "opened"; line: number }
  | { kind: "closed" }
  | { kind: "received"; frame: Uint8Array }
  | { kind: "command"; command: Command }
  | { kind: "tick" };

export interface Surroundings {
  keeper: Keeper;
  begin: (stored: Stored) => Engine;
  connect: (listener: Listener) => Connection;
  onEvent: (event: WorkerEvent) => void;
  onAnswer: (uid: string, answer: CommandAnswer) => void;
  /** It can't go on from what is in memory. Nothing is sent or told any more. */
  onCrash: (error: unknown) => void;
}

export interface Host {
  /** Connects; nothing is told before. */
  start: () => void;
  command: (command: Command) => void;
  wake: (online: boolean) => void;
  stop: () => void;
}

export async function runHost(around: Surroundings): Promise<Host> {
  const { keeper } = around;
  const engine = await firstEngine(around);

  const inputs: Input[] = [];
  let inputBytes = 0;
  let busy = false;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** The connection that the engine knows of. */
  let line: number | null = null;

  let lastId = 0;
  const asked = new Map<number, Command>();
  const inHand = new Set<string>();
  const once = new Map<string, Answered>(keeper.answered.map((answered) => [answered.uid, answered]));
  /** Those of `once` that the next write takes along. */
  const toKeep = new Map<string, Answered | undefined>();

  const feed = (input: Input) => {
    if (stopped) return;
    inputs.push(input);
    void run();
  };

  let connection: Connection | undefined;
  const listener: Listener = {
    opened: (opened) => feed({ kind: "opened", line: opened }),
    closed: () => feed({ kind: "closed" }),
    received: (from, frame) => {
      inputBytes += frame.length;
      feed({ kind: "received", frame });
      if (inputBytes > TOO_MUCH_BYTES) connection?.drop(from);
    },
  };

  const stop = () => {
    stopped = true;
    clearTimeout(timer);
    inputs.length = 0;
    connection?.stop();
  };

  const keepOnce = (answered: Answered) => {
    once.set(answered.uid, answered);
    toKeep.set(answered.uid, answered);
    for (const [uid, old] of once) {
      if (once.size <= ANSWERS_KEPT) break;
      // What has no answer yet still waits for it.
      if (old.answer === null && inHand.has(uid)) continue;
      once.delete(uid);
      toKeep.set(uid, undefined);
    }
  };

  const apply = (input: Input) => {
    const now = Date.now();
    switch (input.kind) {
      case "opened":
        line = input.line;
        return engine.connected(now);
      case "closed":
        line = null;
        return engine.disconnected();
      case "received":
        inputBytes -= input.frame.length;
        return engine.receive(input.frame, now);
      case "tick":
        return engine.tick(now);
      case "command": {
        const { uid, name, args } = input.command;
        const id = (lastId = (lastId % 0xffff_ffff) + 1);
        asked.set(id, input.command);
        if (ONCE.has(name)) keepOnce({ uid, at: now, answer: null });
        return engine.command(id, JSON.stringify({ ...args, command: name }), now);
      }
    }
  };

  const run = async () => {
    if (busy) return;
    busy = true;
    try {
      while (inputs.length > 0 && !stopped) {
        for (const input of inputs.splice(0)) apply(input);
        await perform(engine.drain());
      }
    } catch (error) {
      if (!stopped) {
        stop();
        keeper.close();
        around.onCrash(error);
      }
    } finally {
      busy = false;
    }
  };

  const perform = async (output: Output) => {
    const of = line;
    const events: WorkerEvent[] = [];
    const answers: [Command, CommandAnswer][] = [];
    for (const text of output.events) {
      const said = JSON.parse(text) as WorkerEvent | ({ answer: number } & CommandAnswer);
      if (!("answer" in said)) {
        events.push(said);
        continue;
      }
      const command = asked.get(said.answer);
      if (!command) continue;
      asked.delete(said.answer);
      const answer = "ok" in said ? { ok: said.ok } : { error: said.error };
      answers.push([command, answer]);
      const begun = once.get(command.uid);
      if (begun) keepOnce({ ...begun, answer });
    }
    const batch: Batch = { records: output.writes, answers: [...toKeep] };
    toKeep.clear();
    if (batch.records.length > 0 || batch.answers.length > 0) await keeper.write(batch);
    if (stopped) return;
    // On a connection that came later they would mean nothing; the engine asks anew there.
    if (of !== null) for (const frame of output.frames) connection?.send(of, frame);
    const over = events.map((event) => (event.event === "status" && event.status.state === "over" ? event.status : null));
    const ended = over.find((status) => status !== null);
    if (ended) {
      stop();
      // The engine has forgotten its records already; of the database nothing shall be left either.
      if (ended.reason === "device_removed") await keeper.erase().catch(() => undefined);
      else keeper.close();
    }
    for (const [{ uid }, answer] of answers) {
      inHand.delete(uid);
      around.onAnswer(uid, answer);
    }
    for (const event of events) around.onEvent(event);
    if (output.close && of !== null) connection?.drop(of);
    clearTimeout(timer);
    if (output.wake_ms === undefined || stopped) return;
    const sleep = Math.min(Math.max(output.wake_ms - Date.now(), SHORTEST_SLEEP_MS), LONGEST_SLEEP_MS);
    timer = setTimeout(() => feed({ kind: "tick" }), sleep);
  };

  return {
    start: () => {
      if (!stopped) connection ??= around.connect(listener);
    },
    command: (command) => {
      if (stopped || inHand.has(command.uid)) return;
      const before = once.get(command.uid);
      // Done, or begun, under an earlier leader: what became of it shows by itself.
      if (before) return around.onAnswer(command.uid, before.answer ?? { error: "failed" });
      inHand.add(command.uid);
      feed({ kind: "command", command });
    },
    wake: (online) => connection?.wake(online),
    stop: () => {
      stop();
      keeper.close();
    },
  };
}

/** From what is stored; from nothing, as a new device, where that can't be read. */
async function firstEngine({ keeper, begin }: Surroundings): Promise<Engine> {
  try {
    return begin(keeper.stored);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "Damaged") throw error;
    await keeper.clear();
    return begin([]);
  }
}
