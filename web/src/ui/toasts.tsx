/** Short messages at the edge of the screen, with an undo where there is one; and what screen readers are told. */

import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { useT } from "@/i18n";
import { shortcutsOn, useShortcuts } from "@/app/shortcuts";
import { Button } from "./Button";

interface Toast {
  id: number;
  text: string;
  undo?: (() => void) | undefined;
  gone?: (() => void) | undefined;
}

interface Voice {
  /** Shows a message for a while; screen readers hear it. `gone` is called once it can't be undone any more. */
  tell: (text: string, undo?: () => void, gone?: () => void) => void;
  /** Only screen readers hear it; `urgent` interrupts. */
  announce: (text: string, urgent?: boolean) => void;
}

const VoiceContext = createContext<Voice>({ tell: () => {}, announce: () => {} });
export const useVoice = () => useContext(VoiceContext);

const SHOWN_MS = 8_000;
const SHOWN_WITH_UNDO_MS = 15_000;

export function VoiceProvider({ children }: { children: React.ReactNode }) {
  const t = useT();
  const [toasts, setToasts] = useState<Toast[]>([]);
  const [polite, setPolite] = useState("");
  const [urgent, setUrgent] = useState("");
  const next = useRef(1);

  const announce = useCallback((text: string, loud?: boolean) => {
    // A repeated sentence is only heard again when the text changes: a trailing no-break space does that.
    const set = loud ? setUrgent : setPolite;
    set((before) => (before === text ? `${text}\u00a0` : text));
  }, []);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((one) => one.id !== id)), []);
  // What has left the screen can't be undone any more, however it left.
  const shown = useRef<readonly Toast[]>([]);
  useEffect(() => {
    const left = shown.current.filter((one) => !toasts.includes(one));
    shown.current = toasts;
    for (const one of left) one.gone?.();
  }, [toasts]);
  const tell = useCallback(
    (text: string, undo?: () => void, gone?: () => void) => {
      const id = next.current++;
      // A plain message takes the place of the one before it; what can be undone stays.
      setToasts((all) => [...all.filter((one) => one.undo).slice(-2), { id, text, undo, gone }]);
      announce(undo && shortcutsOn() ? `${text} ${t("toast.undoKey")}` : text);
    },
    [announce, t],
  );
  useShortcuts({
    z: () => {
      const last = toasts.findLast((one) => one.undo);
      if (!last) return;
      last.undo?.();
      drop(last.id);
    },
  });
  const voice = useMemo(() => ({ tell, announce }), [tell, announce]);

  return (
    <VoiceContext.Provider value={voice}>
      {children}
      <div className="only-read" role="status" aria-live="polite">
        {polite}
      </div>
      <div className="only-read" role="alert" aria-live="assertive">
        {urgent}
      </div>
      <section className="toasts" aria-label={t("toast.label")} data-react-aria-top-layer="true">
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} onDone={() => drop(toast.id)} />
        ))}
      </section>
    </VoiceContext.Provider>
  );
}

function ToastCard({ toast, onDone }: { toast: Toast; onDone: () => void }) {
  const t = useT();
  const [paused, setPaused] = useState(false);
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  });
  useEffect(() => {
    if (paused) return undefined;
    const timer = setTimeout(() => done.current(), toast.undo ? SHOWN_WITH_UNDO_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [paused, toast.undo]);
  // Nobody loses an undo while reaching for it.
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = card.current;
    const pause = () => setPaused(true);
    const resume = () => setPaused(false);
    const kinds = { pointerenter: pause, focusin: pause, pointerleave: resume, focusout: resume };
    for (const [kind, act] of Object.entries(kinds)) element?.addEventListener(kind, act);
    return () => {
      for (const [kind, act] of Object.entries(kinds)) element?.removeEventListener(kind, act);
    };
  }, []);
  return (
    <div className="toast" ref={card}>
      <span>{toast.text}</span>
      {toast.undo ? (
        <Button
          small
          kind="quiet"
          label={t("do.undo")}
          onPress={() => {
            toast.undo?.();
            onDone();
          }}
        />
      ) : null}
      <Button small kind="quiet" icon="close" bare label={t("do.dismiss")} onPress={onDone} />
    </div>
  );
}
