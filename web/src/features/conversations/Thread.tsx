import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Conversation } from "@/conversations/protocol";
import { useShortcuts } from "@/app/shortcuts";
import { useT } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Banner, Empty, Skeleton } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import { Button } from "@/ui/Button";
import { Composer } from "./Composer";
import { Details, type DetailsPart } from "./Details";
import { emergencyNumberHere } from "./emergency";
import { Forward } from "./Forward";
import { ThreadHead } from "./ThreadHead";
import { Log, type LogHandle } from "./Log";
import { PinBar } from "./PinBar";
import { ReachDialog } from "./Reach";
import { takeUp, useCommand, useConversation, useDraft, useMe, useStore, useTimeline, type MessageItem } from "./state";
import { useDeleteLater } from "./useDeleteLater";
import styles from "./conversations.module.css";

/** What can be done with one message. */
export interface MessageActs {
  reply: (message: MessageItem) => void;
  react: (message: MessageItem, emoji: string) => void;
  copy: (message: MessageItem) => void;
  forward: (message: MessageItem) => void;
  pin: (message: MessageItem) => void;
  edit: (message: MessageItem) => void;
  remove: (message: MessageItem) => void;
  retry: (message: MessageItem) => void;
  reach: (message: MessageItem) => void;
  /** Goes to another message, wherever it stands. */
  show: (id: string) => void;
  /** Opens the details of the conversation. */
  details: (part: DetailsPart) => void;
}

/** The conversation in the address. */
export function Thread() {
  const t = useT();
  const id = useParams({ strict: false, select: (params) => params.id }) ?? "";
  const at = useSearch({ strict: false, select: (search) => search.at });
  const navigate = useNavigate();
  const conversation = useConversation(id);
  const close = useCallback(() => void navigate({ to: "/conversations" }), [navigate]);
  const back = (
    <Link to="/conversations" className={`button quiet ${styles.back}`} aria-label={t("conversation.back")}>
      <Icon name="back" />
    </Link>
  );
  if (!conversation) {
    return (
      <div className={styles.thread}>
        <div className={styles.head}>{back}</div>
        <Empty icon="search" title={t("conversation.gone")}>
          {t("conversation.goneHelp")}
        </Empty>
      </div>
    );
  }
  return <OpenThread key={id} conversation={conversation} at={at} back={back} onClose={close} />;
}

function useActs(conversation: Conversation, log: React.RefObject<LogHandle | null>, open: (what: Opened) => void): MessageActs {
  const t = useT();
  const command = useCommand();
  const { tell, announce } = useVoice();
  const remove = useDeleteLater(conversation.id);
  const [, change] = useDraft(conversation.id);
  const me = useMe();
  const store = useStore();
  const { id } = conversation;
  return {
    reply: (message) => change({ replyTo: message.id, editing: null }),
    react: (message, emoji) => {
      const mine = message.reactions.some((one) => one.emoji === emoji && one.persons.includes(me));
      void command("react", { conversation: id, id: message.id, emoji, on: !mine });
    },
    copy: (message) =>
      void navigator.clipboard.writeText(message.text).then(
        () => announce(t("do.copied")),
        () => tell(t("conversation.copyFailed")),
      ),
    forward: (message) => open({ kind: "forward", message }),
    pin: (message) => void command("pin", { conversation: id, id: message.id, on: !message.pinned }),
    edit: (message) => change(takeUp(message, store.draft(id))),
    remove,
    retry: (message) => void command("retry", { conversation: id, id: message.id }),
    reach: (message) => open({ kind: "reach", id: message.id }),
    show: (message) => void log.current?.show(message),
    details: (part) => open({ kind: "details", part }),
  };
}

type Opened = { kind: "details"; part: DetailsPart } | { kind: "forward"; message: MessageItem } | { kind: "reach"; id: string } | null;

function OpenThread(props: { conversation: Conversation; at: string | undefined; back: React.ReactNode; onClose: () => void }) {
  const { conversation, at, onClose } = props;
  const { id } = conversation;
  const t = useT();
  const me = useMe();
  const store = useStore();
  const { timeline, fault, older, loading, retry } = useTimeline(id);
  const [opened, setOpened] = useState<Opened>(null);
  const log = useRef<LogHandle>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const writing = useRef<HTMLTextAreaElement>(null);
  const acts = useActs(conversation, log, setOpened);
  const own = conversation.members.find((one) => one.person === me);
  const writes = conversation.open && conversation.member;

  useEffect(() => {
    store.setShown(id);
    return () => store.setShown(undefined);
  }, [id, store]);

  // With a keyboard at hand one can write at once; else, and on the way through the list, one is at the top.
  const loaded = timeline !== undefined;
  useEffect(() => {
    if (!loaded || at !== undefined) return;
    const wide = window.matchMedia?.("(hover: hover) and (min-width: 60.01rem)").matches;
    const toWrite = store.takeOpening() === "write" && writes && wide;
    if (toWrite) writing.current?.focus();
    else heading.current?.focus({ preventScroll: true });
    // Only when it is opened, not when it is closed or opened again meanwhile.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [loaded]);

  useEffect(() => {
    if (loaded && at !== undefined) void log.current?.show(at);
  }, [at, loaded]);

  const messages = timeline?.items.filter((one) => one.kind === "message") ?? [];
  const focusedMessage = () => {
    const chosen = document.activeElement?.closest<HTMLElement>("[data-message]")?.dataset.message;
    return messages.find((one) => one.id === chosen) ?? messages.findLast((one) => !one.deleted && one.state === "sent");
  };
  useShortcuts({
    Escape: onClose,
    i: () => setOpened({ kind: "details", part: { kind: "about" } }),
    ...(writes
      ? {
          r: () => {
            const message = focusedMessage();
            if (message && !message.deleted && message.state === "sent") {
              acts.reply(message);
              writing.current?.focus();
            }
          },
          n: () => writing.current?.focus(),
        }
      : {}),
  });

  return (
    <article className={styles.thread}>
      <ThreadHead conversation={conversation} heading={heading} back={props.back} onDetails={acts.details} />
      {own?.role === "patient" ? <NotForEmergencies conversation={conversation} /> : null}
      {timeline ? <PinBar timeline={timeline} members={conversation.members} onShow={acts.show} /> : null}
      {fault ? (
        <div className={styles.fill}>
          <Banner tone={fault === "offline" ? "warn" : "danger"} live actions={<Button small icon="refresh" label={t("do.retry")} onPress={retry} />}>
            {t(`conversation.fault.${fault}`)}
          </Banner>
        </div>
      ) : timeline ? (
        <Log
          ref={log}
          conversation={conversation}
          timeline={timeline}
          older={older}
          loading={loading}
          acts={acts}
          onLeave={() => writing.current?.focus()}
        />
      ) : (
        <div className={styles.fill}>
          <Skeleton rows={4} />
        </div>
      )}
      {writes ? (
        <Composer
          conversation={conversation}
          items={timeline?.items ?? []}
          ref={writing}
          onSent={() => log.current?.toEnd()}
          onLeave={() => log.current?.focusLast() ?? heading.current?.focus()}
        />
      ) : (
        <Shut conversation={conversation} staff={own?.role === "staff"} />
      )}
      {opened?.kind === "details" ? <Details conversation={conversation} part={opened.part} onClose={() => setOpened(null)} /> : null}
      {opened?.kind === "forward" ? <Forward message={opened.message} from={id} onClose={() => setOpened(null)} /> : null}
      {opened?.kind === "reach" ? (
        <ReachDialog message={messages.find((one) => one.id === opened.id)} conversation={conversation} onClose={() => setOpened(null)} />
      ) : null}
    </article>
  );
}

/** For patients: what this isn't for, who reads it, and that it is kept. */
function NotForEmergencies({ conversation }: { conversation: Conversation }) {
  const t = useT();
  return (
    <div className={styles.notForEmergencies}>
      <Banner tone="warn">
        <strong>{t("conversation.notForEmergencies", { number: emergencyNumberHere() })}</strong>{" "}
        {t(
          conversation.members.some((one) => one.present && one.role === "custodian")
            ? "conversation.patientKept"
            : "conversation.patientWho",
        )}
      </Banner>
    </div>
  );
}

/** In the place of the composer, where nothing can be written. */
function Shut({ conversation, staff }: { conversation: Conversation; staff: boolean }) {
  const t = useT();
  const command = useCommand();
  return (
    <footer className={styles.shut}>
      <Icon name="lock" size={18} />
      <p>{t(conversation.member ? "conversation.closedText" : "conversation.notMemberText")}</p>
      {conversation.member && staff ? (
        <Button small label={t("conversation.reopen")} onPress={() => void command("set_open", { conversation: conversation.id, open: true })} />
      ) : null}
    </footer>
  );
}
