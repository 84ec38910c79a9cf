/**
 * Automatic sign-out. The server keeps the clock; use in any tab tells it so, at most once a minute. Shortly before
 * the end a dialog counts down, in every tab; one key press stays. At the end the server is asked, never assumed.
 */

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "@/api/client";
import type { SignedIn } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { useVoice } from "@/ui/toasts";
import { hearTabs, leaveSession, sessionQuery, tellTabs } from "./session";

const TOUCH_EVERY_MS = 60_000;
const SPOKEN_AT = new Set([120, 60, 30, 15, 10, 5]);

export function Idle({ session }: { session: SignedIn }) {
  const client = useQueryClient();
  const t = useT();
  const { announce, tell } = useVoice();
  const [expiresAt, setExpiresAt] = useState(() => Date.parse(session.idle_expires_at));
  const [left, setLeft] = useState<number | null>(null);
  const lastTouch = useRef(0);
  const asking = useRef(false);
  const warnSeconds = Math.min(session.warn_seconds, Math.floor(session.idle_seconds / 2));

  const [known, setKnown] = useState(session.idle_expires_at);
  if (known !== session.idle_expires_at) {
    setKnown(session.idle_expires_at);
    setExpiresAt(Date.parse(session.idle_expires_at));
  }

  const touch = useCallback(async () => {
    lastTouch.current = Date.now();
    const answer = await api.post<{ idle_expires_at: string }>("/session/touch");
    setExpiresAt(Date.parse(answer.idle_expires_at));
    setLeft(null);
    tellTabs({ kind: "idle", expires_at: answer.idle_expires_at });
  }, []);

  useEffect(
    () =>
      hearTabs((message) => {
        if (message.kind === "idle") {
          setExpiresAt(Date.parse(message.expires_at));
          setLeft(null);
        } else if (message.kind === "signed_out") leaveSession(client, message.idle);
        else void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      }),
    [client],
  );

  // Use of the page extends the session, unless the countdown already asks for an answer.
  useEffect(() => {
    const used = () => {
      if (left === null && Date.now() - lastTouch.current > TOUCH_EVERY_MS) void touch().catch(() => undefined);
    };
    const kinds = ["pointerdown", "keydown", "wheel", "touchstart"] as const;
    for (const kind of kinds) window.addEventListener(kind, used, { passive: true });
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, used);
    };
  }, [left, touch]);

  useEffect(() => {
    const ask = async () => {
      if (asking.current) return;
      asking.current = true;
      try {
        const answer = await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
        if (answer.state === "signed_in") {
          setExpiresAt(Date.parse(answer.idle_expires_at));
          setLeft(null);
        } else {
          tellTabs({ kind: "signed_out", idle: true });
          leaveSession(client, true);
        }
      } catch {
        // Not reachable: the banner says so, and the next tick asks again.
      } finally {
        asking.current = false;
      }
    };
    const tick = () => {
      const seconds = Math.ceil((expiresAt - Date.now()) / 1000);
      if (seconds <= 0) void ask();
      setLeft(seconds <= warnSeconds ? Math.max(seconds, 0) : null);
    };
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [client, expiresAt, warnSeconds]);

  useEffect(() => {
    if (left !== null && SPOKEN_AT.has(left)) announce(t("idle.announce", { seconds: left }), true);
  }, [left, announce, t]);

  const stay = () =>
    void touch()
      .then(() => tell(t("idle.stayed")))
      .catch(() => undefined);

  return (
    <Dialog
      title={t("idle.title")}
      isOpen={left !== null}
      onClose={stay}
      insist
      actions={<Stay onPress={stay} />}
    >
      <p className="nums">{t("idle.text", { seconds: left ?? 0 })}</p>
    </Dialog>
  );
}

/** Has the focus as soon as the dialog stands: Enter stays signed in. */
function Stay({ onPress }: { onPress: () => void }) {
  const t = useT();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return <Button ref={button} kind="primary" label={t("idle.stay")} onPress={onPress} />;
}
