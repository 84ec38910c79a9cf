/** The worker of one tab. What it is made of stands in `tabs.ts` (who leads) and `host.ts` (what the leader does). */

import { connect, socketAddress } from "./connection";
import { runHost } from "./host";
import type { FromPage, ToPage } from "./messages";
import { openStore } from "./store";
import { joinTabs, type Callbacks, type Tab } from "./tabs";

/** A worker's global object, as far as it is used: the compiler knows a page's only. */
interface Scope {
  postMessage: (message: ToPage) => void;
  onmessage: ((message: MessageEvent<FromPage>) => void) | null;
  addEventListener: (name: "online", act: () => void) => void;
  close: () => void;
}
const scope = self as unknown as Scope;

async function lead(person: string, callbacks: Callbacks) {
  // Only who leads needs the engine.
  const [{ loadEngine }, keeper] = await Promise.all([import("./engine"), openStore(person)]);
  try {
    const begin = await loadEngine();
    const address = socketAddress(self.location);
    return await runHost({ ...callbacks, keeper, begin, connect: (listener) => connect(address, listener) });
  } catch (error) {
    keeper.close();
    throw error;
  }
}

let tab: Tab | undefined;

scope.onmessage = ({ data }) => {
  switch (data.kind) {
    case "start":
      tab ??= joinTabs(
        {
          locks: navigator.locks,
          channel: (name) => new BroadcastChannel(name),
          lead: (callbacks) => lead(data.person, callbacks),
        },
        {
          event: (event) => scope.postMessage({ kind: "event", event }),
          answer: (uid, answer) => scope.postMessage({ kind: "answer", uid, answer }),
          crashed: (error) => {
            console.error("conversations:", error);
            scope.postMessage({ kind: "crashed" });
            // The engine's memory may be anything now; this gives the lock back, too.
            scope.close();
          },
        },
        data.person,
        data.tab,
        data.views,
      );
      return;
    case "command":
      return tab?.command(data.command);
    case "wake":
      return tab?.wake(data.online);
  }
};
scope.addEventListener("online", () => tab?.wake(true));
