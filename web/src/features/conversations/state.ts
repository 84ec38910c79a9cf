/** What the worker says, for components: one store for one client, read by hooks. Content lives in memory only. */

import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore } from "react";
import type { ConversationsClient } from "@/conversations/client";
import type { CommandError, Commands, Conversation, Item, LinkStatus, Status, Timeline, WorkerEvent } from "@/conversations/protocol";
import { useVoice } from "@/ui/toasts";
import { codeOf, useFaultText } from "./faults";

export type MessageItem = Extract<Item, { kind: "message" }>;
export type NoticeItem = Extract<Item, { kind: "notice" }>;

/** What somebody was writing when they left a conversation. */
export interface Draft {
  text: string;
  urgent: boolean;
  /** The message that it answers. */
  replyTo: string | null;
  /** The own message that it changes. */
  editing: string | null;
  /** What stood there before an own message was taken up to change it. */
  kept: string;
  /** Who was chosen with @; counts while the name stands in the text. */
  mentions: readonly string[];
}

export const EMPTY_DRAFT: Draft = { text: "", urgent: false, replyTo: null, editing: null, kept: "", mentions: [] };

/** An own message, taken up to change it. */
export const takeUp = (message: MessageItem, before: Draft): Partial<Draft> => ({
  editing: message.id,
  replyTo: null,
  text: message.text,
  mentions: message.mentions,
  kept: before.editing ? before.kept : before.text,
});

/** Keeps what the worker said last, and what a person has begun to write, for as long as they are signed in. */
export class ConversationsStore {
  readonly client: ConversationsClient;
  status: Status;
  list: readonly Conversation[];
  link: LinkStatus | undefined;
  /** Messages that vanish for all once their undo is over. */
  deleting: ReadonlySet<string> = new Set();
  /** What is still to be done about them, by message. */
  readonly later = new Map<string, () => void>();
  /** How the next conversation is opened: ready to write, or walking through the list by keys. */
  #opening: "write" | "walk" = "write";
  /** While the keys are made, and until their recovery code was kept: the code, once there is one. */
  settingUp: { code: string | null } | undefined;
  /** The conversation that is in sight. */
  shown: string | undefined;
  readonly #timelines = new Map<string, Timeline>();
  readonly #drafts = new Map<string, Draft>();
  readonly #watchers = new Set<() => void>();

  constructor(client: ConversationsClient) {
    this.client = client;
    this.status = client.status();
    this.list = client.conversations();
  }

  /** Listens to the client; what it answers stops that. */
  attach = (): (() => void) => {
    const stop = this.client.subscribe((event) => this.#hear(event));
    this.status = this.client.status();
    this.list = this.client.conversations();
    this.#tell();
    return stop;
  };

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  timeline = (conversation: string): Timeline | undefined => this.#timelines.get(conversation);

  keepTimeline(timeline: Timeline): void {
    const before = this.#timelines.get(timeline.conversation);
    // Where the new ones began stays where it was while one looks.
    this.#timelines.set(timeline.conversation, before ? { ...timeline, unread_from: before.unread_from } : timeline);
    this.#tell();
  }

  dropTimeline(conversation: string): void {
    this.#timelines.delete(conversation);
    this.#tell();
  }

  draft = (conversation: string): Draft => this.#drafts.get(conversation) ?? EMPTY_DRAFT;

  keepDraft(conversation: string, draft: Draft): void {
    if (draft.text === "" && !draft.urgent && draft.replyTo === null && draft.editing === null) this.#drafts.delete(conversation);
    else this.#drafts.set(conversation, draft);
    this.#tell();
  }

  setDeleting(id: string, on: boolean): void {
    const next = new Set(this.deleting);
    if (on) next.add(id);
    else next.delete(id);
    this.deleting = next;
    this.#tell();
  }

  setShown(conversation: string | undefined): void {
    this.shown = conversation;
  }

  openNext(how: "write" | "walk"): void {
    this.#opening = how;
  }

  /** How this one is opened; the next one is for writing, unless said otherwise. */
  takeOpening(): "write" | "walk" {
    const how = this.#opening;
    this.#opening = "write";
    return how;
  }

  setSettingUp(settingUp: { code: string | null } | undefined): void {
    this.settingUp = settingUp;
    this.#tell();
  }

  /** Who closes the page, or signs out, has decided. */
  hurry = (): void => {
    for (const act of [...this.later.values()]) act();
  };

  forgetLink = (): void => {
    this.link = undefined;
    this.#tell();
  };

  #hear(event: WorkerEvent): void {
    switch (event.event) {
      case "status":
        // A new device that has been linked has nothing more to compare.
        if (event.status.state === "ready" && this.status.state !== "ready") this.link = undefined;
        this.status = event.status;
        break;
      case "conversations":
        this.list = event.conversations;
        break;
      case "timeline":
        // One that was left meanwhile isn't kept.
        if (this.#timelines.has(event.timeline.conversation)) this.keepTimeline(event.timeline);
        return;
      case "link":
        // What one has turned away from is over.
        if ((event.link.state === "done" || event.link.state === "failed") && !this.link) return;
        this.link = event.link;
    }
    this.#tell();
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

export const StoreContext = createContext<ConversationsStore | null>(null);

export function useStore(): ConversationsStore {
  const store = useContext(StoreContext);
  if (!store) throw new Error("used where conversations haven't begun");
  return store;
}

export const useConversationsClient = (): ConversationsClient => useStore().client;

export function useStatus(): Status {
  const store = useStore();
  return useSyncExternalStore(store.watch, () => store.status);
}

/** Who one is; nobody before the keys are there. */
export function useMe(): string {
  const status = useStatus();
  return status.state === "ready" ? status.me.person : "";
}

/** Last changed first. */
export function useConversationList(): readonly Conversation[] {
  const store = useStore();
  return useSyncExternalStore(store.watch, () => store.list);
}

export const useConversation = (id: string): Conversation | undefined => useConversationList().find((one) => one.id === id);

export function useLink(): { link: LinkStatus | undefined; forget: () => void } {
  const store = useStore();
  return { link: useSyncExternalStore(store.watch, () => store.link), forget: store.forgetLink };
}

export function useSettingUp(): { code: string | null } | undefined {
  const store = useStore();
  return useSyncExternalStore(store.watch, () => store.settingUp);
}

export function useDraft(conversation: string): [Draft, (change: Partial<Draft>) => void] {
  const store = useStore();
  const draft = useSyncExternalStore(store.watch, () => store.draft(conversation));
  const change = useCallback(
    (part: Partial<Draft>) => store.keepDraft(conversation, { ...store.draft(conversation), ...part }),
    [conversation, store],
  );
  return [draft, change];
}

export function useDeleting(): ReadonlySet<string> {
  const store = useStore();
  return useSyncExternalStore(store.watch, () => store.deleting);
}

export interface Viewed {
  timeline: Timeline | undefined;
  fault: CommandError | undefined;
  /** Loads a page of older messages; gives what is loaded then. */
  older: () => Promise<Timeline | undefined>;
  loading: boolean;
  retry: () => void;
}

/** A conversation while it is in sight: opened, followed, and left when one goes. */
export function useTimeline(conversation: string): Viewed {
  const store = useStore();
  const [fault, setFault] = useState<CommandError>();
  const [loading, setLoading] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const timeline = useSyncExternalStore(store.watch, () => store.timeline(conversation));
  useEffect(() => {
    let here = true;
    store.client.command("open", { conversation }).then(
      (opened) => {
        if (!here) return;
        setFault(undefined);
        store.keepTimeline(opened);
      },
      (error: unknown) => {
        if (here) setFault(codeOf(error));
      },
    );
    return () => {
      here = false;
      store.client.command("leave_view", { conversation }).catch(() => undefined);
      store.dropTimeline(conversation);
    };
  }, [attempt, conversation, store]);
  const older = useCallback(async () => {
    setLoading(true);
    try {
      const longer = await store.client.command("older", { conversation });
      if (store.timeline(conversation)) store.keepTimeline(longer);
      return longer;
    } catch {
      return undefined;
    } finally {
      setLoading(false);
    }
  }, [conversation, store]);
  return { timeline, fault, older, loading, retry: () => setAttempt((before) => before + 1) };
}

/** Does something, and says so where it fails; answers nothing then. */
export function useCommand(): <N extends keyof Commands>(name: N, args: Commands[N][0]) => Promise<Commands[N][1] | undefined> {
  const client = useConversationsClient();
  const { tell } = useVoice();
  const words = useFaultText();
  return useCallback(
    async (name, args) => {
      try {
        return await client.command(name, args);
      } catch (error) {
        tell(words(error));
        return undefined;
      }
    },
    [client, tell, words],
  );
}
