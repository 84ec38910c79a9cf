import { useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import type { Conversation, Timeline } from "@/conversations/protocol";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { useVoice } from "@/ui/toasts";
import { Message } from "./Message";
import { MessageMenu } from "./MessageMenu";
import { Notice } from "./Notice";
import { rowsOf } from "./rows";
import { useConversationsClient, useDeleting, useMe, type MessageItem } from "./state";
import type { MessageActs } from "./Thread";
import { useScroll } from "./useScroll";
import { useSeen } from "./useSeen";
import { iso, nameIn } from "./words";
import styles from "./conversations.module.css";

export interface LogHandle {
  /** Goes to a message, loading what lies between. */
  show: (id: string) => Promise<void>;
  toEnd: () => void;
  /** Puts the focus on the newest message; answers nothing where there is none. */
  focusLast: () => true | undefined;
}

const FLASH_MS = 2_000;

const buttonOf = (list: HTMLElement | null, id: string) =>
  list?.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"] [data-menu]`) ?? undefined;

interface Props {
  ref: React.Ref<LogHandle>;
  conversation: Conversation;
  timeline: Timeline;
  older: () => Promise<Timeline | undefined>;
  loading: boolean;
  acts: MessageActs;
  /** On from the last message, by keys. */
  onLeave: () => void;
}

export function Log({ ref, conversation, timeline, older, loading, acts, onLeave }: Props) {
  const t = useT();
  const me = useMe();
  const client = useConversationsClient();
  const { announce } = useVoice();
  const deleting = useDeleting();
  const list = useRef<HTMLOListElement>(null);
  const [active, setActive] = useState<string>();
  const [flash, setFlash] = useState<string>();
  const [menu, setMenu] = useState<{ message: MessageItem; anchor: React.RefObject<Element> }>();
  const { scroller, away, toEnd, onScroll } = useScroll(timeline.items);
  useSeen({ conversation, timeline, scroller, client });
  useSpoken(timeline, conversation, me);

  const rows = useMemo(() => rowsOf(timeline.items, timeline.unread_from), [timeline.items, timeline.unread_from]);
  const messages = useMemo(() => timeline.items.filter((one) => one.kind === "message"), [timeline.items]);
  const tabStop = messages.some((one) => one.id === active) ? active : messages.at(-1)?.id;
  const lastOwn = messages.findLast((one) => one.mine && !one.deleted)?.id;

  const openMenu = useCallback((message: MessageItem, element: Element) => setMenu({ message, anchor: { current: element } }), []);
  const show = useCallback(
    async (id: string) => {
      let more: Timeline | undefined = timeline;
      while (more && !more.items.some((one) => one.id === id) && more.more) more = await older();
      if (!more?.items.some((one) => one.id === id)) {
        announce(t("conversation.notFound"));
        return;
      }
      // Drawn in the next frame, where it had to be loaded.
      await new Promise((done) => setTimeout(done, 0));
      const place = list.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`);
      place?.scrollIntoView({ block: "center" });
      buttonOf(list.current, id)?.focus({ preventScroll: true });
      setFlash(id);
    },
    [announce, older, t, timeline],
  );
  useEffect(() => {
    if (flash === undefined) return undefined;
    const timer = setTimeout(() => setFlash(undefined), FLASH_MS);
    return () => clearTimeout(timer);
  }, [flash]);

  useImperativeHandle(
    ref,
    () => ({
      show,
      toEnd,
      focusLast: () => {
        const last = [...(list.current?.querySelectorAll<HTMLElement>("[data-menu]") ?? [])].at(-1);
        last?.focus();
        return last ? true : undefined;
      },
    }),
    [show, toEnd],
  );
  useArrows(list, onLeave);

  return (
    <div className={styles.logBlock}>
      <div
        ref={scroller}
        className={styles.log}
        role="log"
        // New messages are said one by one, with their author; what is loaded above isn't.
        aria-live="off"
        aria-label={t("conversation.messages")}
        aria-busy={loading}
        onScroll={onScroll}
      >
        {timeline.more ? <Older loading={loading} onOlder={older} /> : null}
        <ol ref={list} className={styles.rows}>
          {rows.map((row) => {
            switch (row.kind) {
              case "day":
                return <Day key={row.key} at={row.at} />;
              case "new":
                return (
                  <li key={row.key} className={styles.new} data-new="">
                    <span>{t("conversation.newMessages")}</span>
                  </li>
                );
              case "notice":
                return <Notice key={row.key} notice={row.notice} conversation={conversation} onDetails={acts.details} />;
              case "message":
                return (
                  <Message
                    key={row.key}
                    message={row.message}
                    conversation={conversation}
                    me={me}
                    first={row.first}
                    last={row.last}
                    isLastOwn={row.message.id === lastOwn}
                    isActive={row.message.id === tabStop}
                    isFlashing={row.message.id === flash}
                    isDeleting={deleting.has(row.message.id)}
                    menuOpen={menu?.message.id === row.message.id}
                    acts={acts}
                    onActive={setActive}
                    onMenu={openMenu}
                  />
                );
            }
          })}
        </ol>
        {rows.length === 0 ? <p className={styles.first}>{t("conversation.nothingYet")}</p> : null}
      </div>
      <Typing conversation={conversation} me={me} />
      {away ? <ToEnd count={conversation.unread} onPress={toEnd} /> : null}
      {menu ? (
        <MessageMenu
          message={messages.find((one) => one.id === menu.message.id) ?? menu.message}
          conversation={conversation}
          anchor={menu.anchor}
          acts={acts}
          onClose={() => setMenu(undefined)}
        />
      ) : null}
    </div>
  );
}

function Day({ at }: { at: number }) {
  const t = useT();
  const formats = useFormats();
  const day = new Date(at);
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  const said =
    day.toDateString() === today.toDateString()
      ? t("conversation.today")
      : day.toDateString() === yesterday.toDateString()
        ? t("when.yesterday")
        : formats.day(iso(at));
  return (
    <li className={styles.day}>
      <span>{said}</span>
    </li>
  );
}

/** Who is writing; only seen: heard it would be in the way of what is said. */
function Typing({ conversation, me }: { conversation: Conversation; me: string }) {
  const t = useT();
  const formats = useFormats();
  const names = conversation.typing.filter((one) => one !== me).map((one) => nameIn(conversation.members, one, t));
  return <p className={styles.typing}>{names.length > 0 ? t("conversation.typing", { count: names.length, names: formats.list(names) }) : ""}</p>;
}

function ToEnd({ count, onPress }: { count: number; onPress: () => void }) {
  const t = useT();
  return (
    <div className={styles.toEnd}>
      <Button icon="down" label={count > 0 ? t("conversation.toEndNew", { count }) : t("conversation.toEnd")} onPress={onPress} />
    </div>
  );
}

/** Loads older ones when their place comes near, or by hand. */
function Older({ loading, onOlder }: { loading: boolean; onOlder: () => Promise<unknown> }) {
  const t = useT();
  const mark = useRef<HTMLDivElement>(null);
  const act = useRef(onOlder);
  useEffect(() => {
    act.current = onOlder;
  });
  useEffect(() => {
    const element = mark.current;
    if (loading || !element || typeof IntersectionObserver === "undefined") return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void act.current();
      },
      { root: element.closest("[role=log]"), rootMargin: "400px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [loading]);
  return (
    <div ref={mark} className={styles.older}>
      <Button small label={t(loading ? "list.loadingMore" : "conversation.older")} busy={loading} onPress={() => void onOlder()} />
    </div>
  );
}

/** Up and down from message to message, by their buttons; on from the last to where one writes. */
function useArrows(list: React.RefObject<HTMLOListElement | null>, onLeave: () => void) {
  const leave = useRef(onLeave);
  useEffect(() => {
    leave.current = onLeave;
  });
  useEffect(() => {
    const element = list.current;
    const press = (event: KeyboardEvent) => {
      if (!(event.target instanceof Element) || !event.target.closest("[data-menu]")) return;
      const all = [...(element?.querySelectorAll<HTMLElement>("[data-menu]") ?? [])];
      const at = all.findIndex((one) => one.contains(event.target as Node));
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
      if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      if (to >= all.length) leave.current();
      else all[to]?.focus();
    };
    element?.addEventListener("keydown", press);
    return () => element?.removeEventListener("keydown", press);
  }, [list]);
}

/** Says what others write while one looks at it; not what was there, and not what is loaded above. */
function useSpoken(timeline: Timeline, conversation: Conversation, me: string) {
  const t = useT();
  const { announce } = useVoice();
  const newest = useRef<number | null>(null);
  useEffect(() => {
    const before = newest.current;
    newest.current = timeline.items.reduce((most, one) => Math.max(most, one.seq ?? 0), before ?? 0);
    if (before === null) return;
    const came = timeline.items.filter((one) => one.kind === "message" && one.seq !== null && one.seq > before && one.person !== me);
    const said = came.map((one) =>
      one.kind === "message"
        ? t(one.urgent ? "conversation.saysUrgent" : "conversation.says", {
            name: nameIn(conversation.members, one.person, t),
            text: one.text || t("conversation.files", { count: one.files.length }),
          })
        : "",
    );
    if (said.length > 0) announce(said.join(" "), came.some((one) => one.kind === "message" && one.urgent));
  }, [announce, conversation.members, me, t, timeline.items]);
}

