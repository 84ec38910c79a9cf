/**
 * Live events: one connection for all tabs of a browser. The tab that holds the lock listens and passes on what it
 * hears; when it closes, another takes over. Nothing depends on an event arriving: screens fetch again anyway.
 */

import { url } from "@/api/client";
import type { LiveEvent } from "@/api/types";

export type LiveMessage = LiveEvent | { kind: "resync" };

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

export interface Live {
  stop: () => void;
}

export function listen(onEvent: (event: LiveMessage) => void, onConnected: (connected: boolean) => void): Live {
  const ended = new AbortController();
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("wardpost.live");
  channel?.addEventListener("message", (message: MessageEvent<LiveMessage>) => onEvent(message.data));
  const pass = (event: LiveMessage) => {
    onEvent(event);
    channel?.postMessage(event);
  };

  const hold = () => holdConnection(pass, onConnected, ended.signal);
  if (navigator.locks) {
    void navigator.locks.request("wardpost.live", { signal: ended.signal }, hold).catch(() => undefined);
  } else {
    void hold();
  }
  return {
    stop: () => {
      ended.abort();
      channel?.close();
    },
  };
}

/** Keeps the event stream open, with growing pauses between tries, until `signal` ends it. */
async function holdConnection(
  pass: (event: LiveMessage) => void,
  onConnected: (connected: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  let wait = FIRST_WAIT_MS;
  while (!signal.aborted) {
    await new Promise<void>((resolve) => {
      const source = new EventSource(url("/events"), { withCredentials: true });
      const end = () => {
        source.close();
        resolve();
      };
      signal.addEventListener("abort", end, { once: true });
      source.onopen = () => {
        wait = FIRST_WAIT_MS;
        onConnected(true);
        // What happened while nobody listened is not known, also between the page's first fetches and this moment.
        pass({ kind: "resync" });
      };
      source.addEventListener("change", (event: MessageEvent<string>) => {
        const change = parse(event.data);
        if (change) pass(change);
      });
      source.addEventListener("resync", () => pass({ kind: "resync" }));
      source.onerror = () => {
        if (signal.aborted) return;
        onConnected(false);
        end();
      };
    });
    await pause(wait, signal);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

function parse(data: string): LiveEvent | null {
  try {
    const value: unknown = JSON.parse(data);
    return value && typeof value === "object" && "kind" in value ? (value as LiveEvent) : null;
  } catch {
    return null;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    };
    // Not every tab at the same moment: a fifth more or less.
    const timer = setTimeout(done, ms * (0.8 + Math.random() * 0.4));
    window.addEventListener("online", done, { once: true });
    signal.addEventListener("abort", done, { once: true });
  });
}
