import { Link, useNavigate } from "@tanstack/react-router";
import { memo, useEffect, useMemo, useRef, useState } from "react";
import type { Conversation } from "@/conversations/protocol";
import { useShortcuts } from "@/app/shortcuts";
import { useFormats, useT } from "@/i18n";
import { Banner, Chip, Empty } from "@/ui/pieces";
import { Icon } from "@/ui/Icon";
import { Hits } from "./Hits";
import { Face } from "./pieces";
import { useConversationList, useDraft, useMe, useStatus, useStore } from "./state";
import { useAbout } from "./ThreadHead";
import { iso, nameIn, talking, titleOf } from "./words";
import mail from "@/features/mail/mail.module.css";
import styles from "./conversations.module.css";

const textOf = (one: Conversation) =>
  [one.subject ?? "", ...one.members.map(({ name }) => name), one.last?.deleted ? "" : (one.last?.text ?? "")].join("\n").toLocaleLowerCase();

export function ConversationList({ open }: { open: string | undefined }) {
  const t = useT();
  const store = useStore();
  const status = useStatus();
  const all = useConversationList();
  const navigate = useNavigate();
  const [finding, setFinding] = useState("");
  const [focused, setFocused] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
  const find = useRef<HTMLInputElement>(null);

  const wanted = finding.trim().toLocaleLowerCase();
  const shown = useMemo(() => {
    const sorted = [...all].sort((a, b) => b.changed_at - a.changed_at);
    return wanted ? sorted.filter((one) => textOf(one).includes(wanted)) : sorted;
  }, [all, wanted]);

  const rowOf = (id: string) => list.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
  const go = (step: 1 | -1) => {
    const at = shown.findIndex((one) => one.id === (open ?? focused));
    const next = shown[at < 0 ? 0 : at + step];
    if (!next) return;
    setFocused(next.id);
    store.openNext("walk");
    void navigate({ to: "/conversations/$id", params: { id: next.id } });
    rowOf(next.id)?.scrollIntoView({ block: "nearest" });
  };
  useShortcuts({ j: () => go(1), k: () => go(-1), "/": () => find.current?.focus() });

  // Who closes a conversation goes on from its line in the list.
  const was = useRef(open);
  useEffect(() => {
    const left = was.current;
    was.current = open;
    if (left && !open && (document.activeElement === document.body || document.activeElement === null))
      list.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(left)}"]`)?.focus();
  }, [open]);

  const tabStop = shown.some((one) => one.id === focused) ? focused : (shown.find((one) => one.id === open) ?? shown[0])?.id;
  const move = (event: React.KeyboardEvent, id: string) => {
    const at = shown.findIndex((one) => one.id === id);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    const next = to === undefined ? undefined : shown[to];
    if (!next) return;
    event.preventDefault();
    setFocused(next.id);
    rowOf(next.id)?.focus();
  };

  return (
    <>
      <header className={mail.listHead}>
        <div className={`${mail.listTitle} ${styles.listTitle}`}>
          <h1>{t("conversation.title")}</h1>
          <Link to="/conversations/new" className="button primary small">
            <Icon name="plus" size={17} />
            <span>{t("conversation.new")}</span>
          </Link>
        </div>
        <div className={mail.find}>
          <Icon name="search" size={18} />
          <input
            ref={find}
            type="search"
            autoComplete="off"
            spellCheck={false}
            aria-label={t("conversation.find")}
            placeholder={t("conversation.find")}
            value={finding}
            onChange={(event) => setFinding(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") {
                setFinding("");
                event.currentTarget.blur();
              }
              if (event.key === "ArrowDown" && tabStop) {
                event.preventDefault();
                rowOf(tabStop)?.focus();
              }
            }}
          />
        </div>
      </header>
      {status.state === "ready" && !status.online ? (
        <Banner tone="warn" live>
          {t("conversation.offline")}
        </Banner>
      ) : null}
      <div className={mail.scroll} data-place="conversations">
        {wanted && shown.length > 0 ? <h2 className={styles.part}>{t("conversation.title")}</h2> : null}
        <ul ref={list} aria-label={t("conversation.list")}>
          {shown.map((one) => (
            <Row
              key={one.id}
              conversation={one}
              isOpen={one.id === open}
              isTabStop={one.id === tabStop}
              onFocus={() => setFocused(one.id)}
              onMove={(event) => move(event, one.id)}
            />
          ))}
        </ul>
        {wanted ? <Hits text={finding.trim()} conversation={null} others={shown.length > 0} /> : null}
        {all.length === 0 && !wanted ? (
          <Empty icon="chat" title={t("conversation.none")}>
            {t("conversation.noneHelp")}
          </Empty>
        ) : null}
      </div>
    </>
  );
}

interface RowProps {
  conversation: Conversation;
  isOpen: boolean;
  isTabStop: boolean;
  onFocus: () => void;
  onMove: (event: React.KeyboardEvent) => void;
}

const Row = memo(function Row({ conversation, isOpen, isTabStop, onFocus, onMove }: RowProps) {
  const t = useT();
  const formats = useFormats();
  const me = useMe();
  const store = useStore();
  const [draft] = useDraft(conversation.id);
  const { last, unread, waiting, members } = conversation;
  const at = iso(conversation.changed_at);
  const title = titleOf(conversation, me, t, formats);
  const typing = conversation.typing.filter((one) => one !== me);
  const said = !last
    ? ""
    : last.deleted
      ? t("conversation.deleted")
      : last.text || (last.files > 0 ? t("conversation.files", { count: last.files }) : "");
  return (
    <li className={`${mail.row} ${styles.row}`}>
      <Link
        to="/conversations/$id"
        params={{ id: conversation.id }}
        className={`${mail.rowLink} ${styles.rowLink}`}
        data-id={conversation.id}
        data-unread={unread > 0}
        data-open={isOpen}
        aria-current={isOpen ? "true" : undefined}
        tabIndex={isTabStop ? 0 : -1}
        onFocus={onFocus}
        onKeyDown={onMove}
        onClick={() => store.openNext("write")}
        preload={false}
      >
        <Face conversation={conversation} me={me} />
        <span className={mail.who}>{title}</span>
        <time className={mail.at} dateTime={at} title={formats.full(at)}>
          {formats.short(at)}
        </time>
        <span className={mail.preview}>
          {typing.length > 0 ? (
            <em>{t("conversation.typing", { count: typing.length, names: formats.list(typing.map((one) => nameIn(members, one, t))) })}</em>
          ) : draft.text !== "" && !isOpen ? (
            <>
              <strong>{t("conversation.draft")}</strong> {draft.text}
            </>
          ) : last ? (
            <>
              {last.person === me ? <span className="soft">{t("conversation.you")}: </span> : null}
              {last.person !== me && talking(conversation).length > 2 ? <span className="soft">{nameIn(members, last.person, t)}: </span> : null}
              {said}
            </>
          ) : (
            t("conversation.nothingYet")
          )}
        </span>
        <span className={styles.rowMarks}>
          {unread > 0 ? (
            <span className={styles.count}>
              <span aria-hidden="true">{unread > 999 ? "999+" : unread}</span>
              <span className="only-read">{t("nav.unread", { count: unread })}</span>
            </span>
          ) : null}
        </span>
        <RowChips conversation={conversation} urgent={unread > 0 && (last?.urgent ?? false)} waiting={waiting} />
      </Link>
    </li>
  );
});

function RowChips({ conversation, urgent, waiting }: { conversation: Conversation; urgent: boolean; waiting: number }) {
  const t = useT();
  const { open, member, patient } = conversation;
  if (!urgent && waiting === 0 && open && member && !patient) return null;
  return (
    <span className={mail.chips}>
      {urgent ? (
        <Chip tone="danger" icon="urgent">
          {t("conversation.urgent")}
        </Chip>
      ) : null}
      {waiting > 0 ? (
        <Chip tone="warn" icon="clock">
          {t("conversation.waiting", { count: waiting })}
        </Chip>
      ) : null}
      {member ? null : <Chip icon="out">{t("conversation.notMember")}</Chip>}
      {open ? null : <Chip icon="lock">{t("conversation.closed")}</Chip>}
      {patient ? <PatientChip patient={patient} /> : null}
    </span>
  );
}

function PatientChip({ patient }: { patient: string }) {
  return <Chip icon="people">{useAbout(patient)}</Chip>;
}
