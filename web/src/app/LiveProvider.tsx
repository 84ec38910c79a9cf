import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { onReachable } from "@/api/client";
import { useT } from "@/i18n";
import { Banner } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import { listen } from "./live";
import { refresh } from "./refresh";
import { leaveSession, sessionQuery } from "./session";

let serverReachable = true;
const watchers = new Set<() => void>();
onReachable((ok) => {
  if (ok === serverReachable) return;
  serverReachable = ok;
  for (const watcher of watchers) watcher();
});
const watch = (watcher: () => void) => {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
};

/** Fetches again what a live event says has changed; shows a banner while the server can't be reached. */
export function LiveProvider({ children }: { children: React.ReactNode }) {
  const client = useQueryClient();
  const [connected, setConnected] = useState(true);
  const reachable = useSyncExternalStore(watch, () => serverReachable);
  const { announce } = useVoice();
  const t = useT();

  useEffect(() => {
    const again = (...queryKey: unknown[]) => refresh(client, queryKey);
    const live = listen((event) => {
      switch (event.kind) {
        case "mailbox":
          again("messages", event.mailbox_id);
          again("session");
          break;
        case "message":
          again("messages", event.mailbox_id);
          again("message", event.mailbox_id, event.message_id);
          again("trail", event.mailbox_id, event.message_id);
          break;
        case "drafts":
          again("drafts");
          break;
        case "held":
          again("held");
          break;
        case "care":
          for (const key of ["messages", "message", "patients", "teams", "emergencies", "own", "proxies"]) again(key);
          break;
        case "policy":
          again("policy");
          break;
        case "session_ended":
          // The server decides: ask whether it is this session that ended.
          void client.fetchQuery({ ...sessionQuery, staleTime: 0 }).then((answer) => {
            if (answer.state !== "signed_in") leaveSession(client, false);
          });
          break;
        case "resync":
          refresh(client);
      }
    }, setConnected);
    return live.stop;
  }, [client]);

  const lost = !connected || !reachable;
  const wasLost = useRef(false);
  useEffect(() => {
    if (wasLost.current && !lost) announce(t("app.reconnected"));
    wasLost.current = lost;
  }, [lost, announce, t]);

  return (
    <>
      {lost ? (
        <div className="top-banner">
          <Banner tone="warn" live>
            {t("app.offline")}
          </Banner>
        </div>
      ) : null}
      {children}
    </>
  );
}
