import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { isProblem } from "@/api/client";
import type { Folder, Id, MessageView, Page, MessageLine } from "@/api/types";
import { useMay } from "@/app/session";
import { useShortcuts } from "@/app/shortcuts";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Empty, Failure, Skeleton } from "@/ui/pieces";
import { useProblemText } from "@/ui/problem";
import { useVoice } from "@/ui/toasts";
import { MessageBody } from "./MessageBody";
import { MessageFiles } from "./MessageFiles";
import { MessageHead } from "./MessageHead";
import { MessageNotes } from "./MessageNotes";
import { messageQuery, useChangeMessage, type LineChange } from "./queries";
import { useStartDraft, type Answering } from "./start";
import { WhatBecame } from "./WhatBecame";
import styles from "./reader.module.css";

/** Few need it: it comes after the first load. */
const EmergencyDialog = lazy(() =>
  import("@/features/care/EmergencyDialog").then((module) => ({ default: module.EmergencyDialog })),
);
/** Few open it: it comes after the first load. */
const Menu = lazy(() => import("@/ui/Menu").then((module) => ({ default: module.Menu })));

export const isOutgoing = (message: MessageLine) =>
  message.folder === "sent" || (message.state !== undefined && message.state !== null);

export function Reader() {
  const t = useT();
  const { mb, folder, id } = useParams({ from: "/inside/mail/$mb/$folder/$id" });
  const message = useQuery(messageQuery(mb, id));
  const client = useQueryClient();
  const heading = useRef<HTMLHeadingElement>(null);
  const loaded = message.data?.id;

  // Opening marked it as read: the list and the counts show that.
  useEffect(() => {
    if (!loaded) return;
    void client.invalidateQueries({ queryKey: ["messages", mb] });
    void client.invalidateQueries({ queryKey: ["session"] });
    heading.current?.focus({ preventScroll: true });
  }, [client, loaded, mb]);

  const back = (
    <Link to="/mail/$mb/$folder" params={{ mb, folder }} search={true} className={`button quiet ${styles.back}`} aria-label={t(`folder.${folder}`)}>
      <Icon name="back" />
      <span>{t(`folder.${folder}`)}</span>
    </Link>
  );
  if (message.error && !message.data) {
    return (
      <div className={styles.page}>
        <div className={styles.tools} data-bar="low">
          {back}
        </div>
        {isProblem(message.error) && message.error.detail === "no_relation" ? (
          <Closed patient={message.error.patientId} />
        ) : isProblem(message.error, "not_found") ? (
          <Empty icon="search" title={t("reader.gone")}>
            {t("reader.goneHelp")}
          </Empty>
        ) : (
          <Failure error={message.error} onRetry={() => void message.refetch()} />
        )}
      </div>
    );
  }
  if (!message.data) {
    return (
      <div className={styles.page}>
        <div className={styles.tools} data-bar="low">
          {back}
        </div>
        <Skeleton rows={4} />
      </div>
    );
  }
  return (
    <article className={styles.page} key={id}>
      <Tools mb={mb} folder={folder} message={message.data} back={back} />
      <div className={styles.scroll}>
        <MessageHead message={message.data} heading={heading} />
        {isOutgoing(message.data) && message.data.recipients.length > 0 ? <WhatBecame mb={mb} message={message.data} /> : null}
        <MessageNotes message={message.data} />
        <MessageBody mb={mb} message={message.data} />
        <MessageFiles mb={mb} message={message.data} />
      </div>
    </article>
  );
}

/** About a patient to whom nothing ties the reader: whom to ask, and the way in for an emergency. */
function Closed({ patient }: { patient: Id | undefined }) {
  const t = useT();
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const emergency = patient !== undefined && may("access.break_glass");
  return (
    <Empty
      icon="lock"
      title={t("closed.title")}
      action={
        emergency ? <Button kind="danger" label={t("emergency.take")} onPress={() => setAsking(true)} /> : undefined
      }
    >
      {t(emergency ? "closed.help" : "closed.helpNo")}
      {asking && patient !== undefined ? (
        <Suspense fallback={null}>
          <EmergencyDialog patient={patient} onClose={() => setAsking(false)} />
        </Suspense>
      ) : null}
    </Empty>
  );
}

function useActs(mb: Id, folder: Folder, message: MessageView) {
  const t = useT();
  const client = useQueryClient();
  const change = useChangeMessage();
  const navigate = useNavigate();
  const { tell } = useVoice();
  const words = useProblemText();
  const startDraft = useStartDraft();
  const { id } = message;

  /** After a message leaves the list the next one opens, so that a person can go on reading. */
  const openNext = () => {
    const lists = client.getQueriesData<{ pages: Page<MessageLine>[] }>({ queryKey: ["messages", mb, folder] });
    const lines = lists.flatMap(([, data]) => data?.pages.flatMap((page) => page.items) ?? []);
    const at = lines.findIndex((line) => line.id === id);
    const next = at < 0 ? undefined : (lines[at + 1] ?? lines[at - 1]);
    const wide = window.matchMedia("(min-width: 60.01rem)").matches;
    if (next && wide) void navigate({ to: "/mail/$mb/$folder/$id", params: { mb, folder, id: next.id }, search: true });
    else void navigate({ to: "/mail/$mb/$folder", params: { mb, folder }, search: true });
  };
  const run = (what: LineChange) => change(mb, id, what).catch((error: unknown) => tell(words(error)));
  const move = (to: Folder, said: string) => {
    const from = message.folder;
    openNext();
    void run({ folder: to });
    tell(said, () => void run({ folder: from }));
  };
  return {
    answer: (kind: Answering["kind"]) => void startDraft({ kind, mailbox_id: mb, message_id: id }),
    archive: () => move("archive", t("reader.archived")),
    trash: () => move("trash", t("reader.trashed")),
    toInbox: () => move(isOutgoing(message) ? "sent" : "inbox", t("reader.movedInbox")),
    flag: () => void run({ flagged: !message.flagged }),
    unread: () => {
      void run({ seen: false }).then(() => client.removeQueries({ queryKey: ["message", mb, id] }));
      tell(t("reader.markedUnread"));
      void navigate({ to: "/mail/$mb/$folder", params: { mb, folder }, search: true });
    },
    close: () => void navigate({ to: "/mail/$mb/$folder", params: { mb, folder }, search: true }),
  };
}

function Tools(props: { mb: Id; folder: Folder; message: MessageView; back: React.ReactNode }) {
  const { mb, folder, message } = props;
  const t = useT();
  const may = useMay();
  const acts = useActs(mb, folder, message);
  const away = message.folder === "archive" || message.folder === "trash";
  useShortcuts({
    ...(may("mail.send")
      ? { r: () => acts.answer("reply"), a: () => acts.answer("reply_all"), f: () => acts.answer("forward") }
      : {}),
    ...(message.folder === "archive" ? {} : { e: acts.archive }),
    ...(message.folder === "trash" ? {} : { "#": acts.trash }),
    u: acts.unread,
    s: acts.flag,
    Escape: acts.close,
  });
  const more = { kind: "quiet", icon: "more", bare: true, label: t("reader.more") } as const;
  const entries = [
    { id: "unread", label: t("reader.markUnread"), icon: "unread", act: acts.unread },
    { id: "flag", label: t(message.flagged ? "reader.unmark" : "reader.mark"), icon: "flag", act: acts.flag },
    ...(may("mail.send")
      ? [
          { id: "all", label: t("reader.replyAll"), icon: "replyAll", act: () => acts.answer("reply_all") } as const,
          { id: "forward", label: t("reader.forward"), icon: "forward", act: () => acts.answer("forward") } as const,
        ]
      : []),
  ] as const;
  return (
    <div className={styles.tools} data-bar="low" role="toolbar" aria-label={t("reader.actions")}>
      {props.back}
      {may("mail.send") ? (
        <>
          <Button kind="primary" icon="reply" label={t("reader.reply")} onPress={() => acts.answer("reply")} />
          <span className={styles.roomOnly}>
            <Button kind="quiet" icon="replyAll" label={t("reader.replyAll")} roomy onPress={() => acts.answer("reply_all")} />
            <Button kind="quiet" icon="forward" label={t("reader.forward")} roomy onPress={() => acts.answer("forward")} />
          </span>
        </>
      ) : null}
      <span className={styles.push} />
      {away ? <Button kind="quiet" icon="inbox" label={t("reader.toInbox")} roomy onPress={acts.toInbox} /> : null}
      {message.folder === "archive" ? null : (
        <Button kind="quiet" icon="archive" label={t("reader.archive")} roomy onPress={acts.archive} />
      )}
      {message.folder === "trash" ? null : (
        <Button kind="quiet" icon="trash" label={t("reader.trash")} roomy onPress={acts.trash} />
      )}
      <Suspense fallback={<Button {...more} isDisabled />}>
        <Menu button={more} entries={entries} />
      </Suspense>
    </div>
  );
}
