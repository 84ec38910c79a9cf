/** Conversations in the whole app: started where somebody uses them, so that all others never load them. */

import { createContext, lazy, Suspense, useCallback, useContext, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { Conversation } from "@/conversations/protocol";
import { useSession } from "@/app/session";
import { useAllWords, useT } from "@/i18n";
import { useVoice } from "@/ui/toasts";
import { ConversationsStore, StoreContext } from "./state";

/** Few are ever asked: it comes when somebody is. */
const LinkDialog = lazy(() => import("./LinkDialog").then((module) => ({ default: module.LinkDialog })));

interface Start {
  /** Begins, once. */
  begin: () => void;
  /** The code could not be fetched. */
  failed: boolean;
}
const StartContext = createContext<Start>({ begin: () => {}, failed: false });
export const useStart = () => useContext(StartContext);

/** Whether this person has conversations on this device: an id, nothing else. */
const STORED = "wardpost.conversations";

function usedHere(person: string): boolean {
  try {
    return localStorage.getItem(STORED)?.split(" ").includes(person) ?? false;
  } catch {
    return false;
  }
}

function keepUsed(person: string, used: boolean): void {
  try {
    const others = (localStorage.getItem(STORED) ?? "").split(" ").filter((one) => one !== "" && one !== person);
    localStorage.setItem(STORED, (used ? [...others, person] : others).join(" "));
  } catch {
    // Storage may be off: conversations then begin when they are opened.
  }
}

/** Around everything behind the sign-in. */
export function ConversationsRoot({ children }: { children: React.ReactNode }) {
  const { person, acting_for: acting } = useSession();
  // Who acts for a patient is somebody else.
  return (
    <PersonRoot key={`${person.id} ${acting?.patient_id ?? ""}`} person={person.id} able={!acting}>
      {children}
    </PersonRoot>
  );
}

function PersonRoot({ person, able, children }: { person: string; able: boolean; children: React.ReactNode }) {
  const [store, setStore] = useState<ConversationsStore | null>(null);
  const [failed, setFailed] = useState(false);
  const begun = useRef(false);
  const begin = useCallback(() => {
    if (begun.current || !able) return;
    begun.current = true;
    setFailed(false);
    import("@/conversations/client").then(
      (module) => setStore(new ConversationsStore(module.conversations(person))),
    ).catch(() => {
      begun.current = false;
      setFailed(true);
    });
  }, [able, person]);
  useEffect(() => {
    if (!usedHere(person)) return undefined;
    const timer = setTimeout(begin, 1_000);
    return () => clearTimeout(timer);
  }, [begin, person]);
  const start = useMemo(() => ({ begin, failed }), [begin, failed]);
  return (
    <StartContext.Provider value={start}>
      <StoreContext.Provider value={store}>
        {store ? <Running store={store} person={person} /> : null}
        {children}
      </StoreContext.Provider>
    </StartContext.Provider>
  );
}

/** What goes on as long as conversations are there, on whatever page: listening, saying, and asking when a device is linked. */
export function Running({ store, person }: { store: ConversationsStore; person: string }) {
  useEffect(() => {
    const stop = store.attach();
    window.addEventListener("pagehide", store.hurry);
    return () => {
      window.removeEventListener("pagehide", store.hurry);
      store.hurry();
      stop();
    };
  }, [store]);
  const state = useSyncExternalStore(store.watch, () => store.status.state);
  const over = useSyncExternalStore(store.watch, () => store.status.state === "over" && store.status.reason === "device_removed");
  useEffect(() => {
    if (state === "ready") keepUsed(person, true);
    if (over) keepUsed(person, false);
  }, [over, person, state]);
  useNewVoice(store, person);
  const asked = useSyncExternalStore(store.watch, () => store.link !== undefined && store.status.state === "ready");
  const words = useAllWords();
  return asked && words ? (
    <Suspense fallback={null}>
      <LinkDialog />
    </Suspense>
  ) : null;
}

const NOTHING: readonly Conversation[] = [];
const rest = () => () => undefined;

/** Messages that wait to be read, in all conversations; none where they haven't begun. */
export function useUnread(): number {
  const store = useContext(StoreContext);
  const list = useSyncExternalStore(store?.watch ?? rest, () => store?.list ?? NOTHING);
  return list.reduce((sum, one) => sum + one.unread, 0);
}

/** Says aloud that somebody wrote, wherever in the app one is; shows it where it can't wait. */
function useNewVoice(store: ConversationsStore, person: string) {
  const t = useT();
  const { announce, tell } = useVoice();
  const list = useSyncExternalStore(store.watch, () => store.list);
  const before = useRef<ReadonlyMap<string, Conversation> | null>(null);
  useEffect(() => {
    const was = before.current;
    before.current = new Map(list.map((one) => [one.id, one]));
    if (!was) return;
    for (const { id, unread, last, members } of list) {
      if (!last || last.person === person || unread <= (was.get(id)?.unread ?? 0)) continue;
      // Who looks at it hears the message itself.
      if (store.shown === id && document.visibilityState === "visible") continue;
      const name = members.find((one) => one.person === last.person)?.name ?? "";
      if (last.urgent) tell(t("nav.urgentFrom", { name }));
      else announce(t("nav.conversationFrom", { name }));
    }
  }, [announce, list, person, store, t, tell]);
}
