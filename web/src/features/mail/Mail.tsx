import { useInfiniteQuery } from "@tanstack/react-query";
import { Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Folder, MessageLine } from "@/api/types";
import { useSession } from "@/app/session";
import { useShortcuts } from "@/app/shortcuts";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Segments } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Empty, Failure, Skeleton } from "@/ui/pieces";
import { MessageRow } from "./MessageRow";
import { messagesQuery } from "./queries";
import styles from "./mail.module.css";

/** Two panes beside the menu: the list, and the message that is open. On a phone one at a time. */
export function Mail() {
  const t = useT();
  const { mb, folder } = useParams({ from: "/inside/mail/$mb/$folder" });
  const { show } = useSearch({ from: "/inside/mail/$mb/$folder" });
  const open = useParams({ strict: false, select: (params) => params.id });
  const { mailboxes } = useSession();
  const mailbox = mailboxes.find((one) => one.id === mb);
  const title = t(`folder.${folder}`);
  useEffect(() => {
    document.title = [title, mailbox?.name, "Wardpost"].filter(Boolean).join(" · ");
  }, [title, mailbox?.name]);
  // What was shown of a mailbox goes with it, also what was fetched before.
  if (!mailbox) {
    return (
      <div className="page">
        <Empty icon="lock" title={t("mail.gone")}>
          {t("mail.goneHelp")}
        </Empty>
      </div>
    );
  }
  return (
    <div className={styles.panes} data-open={open !== undefined}>
      <section className={styles.list} aria-label={t("mail.list", { folder: title })}>
        <MessageList key={`${mb}/${folder}/${show ?? ""}`} folder={folder} mb={mb} open={open} />
      </section>
      <section className={styles.reader} data-place="reader">
        <Outlet />
      </section>
    </div>
  );
}

const matches = (line: MessageLine, wanted: string) =>
  [line.subject, line.preview, line.from.name, line.from.address, ...line.to.flatMap((one) => [one.name, one.address])]
    .join("\n")
    .toLocaleLowerCase()
    .includes(wanted);

function MessageList({ mb, folder, open }: { mb: string; folder: Folder; open: string | undefined }) {
  const t = useT();
  const { show } = useSearch({ from: "/inside/mail/$mb/$folder" });
  const { mailboxes } = useSession();
  const messages = useInfiniteQuery(messagesQuery(mb, folder, show));
  const [finding, setFinding] = useState("");
  const [focused, setFocused] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
  const find = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();

  const all = useMemo(() => messages.data?.pages.flatMap((page) => page.items) ?? [], [messages.data]);
  const wanted = finding.trim().toLocaleLowerCase();
  const lines = useMemo(() => (wanted ? all.filter((line) => matches(line, wanted)) : all), [all, wanted]);

  const go = (step: 1 | -1) => {
    const at = lines.findIndex((line) => line.id === (open ?? focused));
    const next = lines[at < 0 ? 0 : at + step];
    if (!next) return;
    setFocused(next.id);
    void navigate({ to: "/mail/$mb/$folder/$id", params: { mb, folder, id: next.id }, search: true });
    list.current?.querySelector<HTMLElement>(`[data-id="${next.id}"]`)?.scrollIntoView({ block: "nearest" });
  };
  useShortcuts({ j: () => go(1), k: () => go(-1), "/": () => find.current?.focus() });

  const tabStop = lines.some((line) => line.id === focused) ? focused : (open ?? lines[0]?.id);
  const move = (event: React.KeyboardEvent, id: string) => {
    const at = lines.findIndex((line) => line.id === id);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[event.key];
    const next = to === undefined ? undefined : lines[to];
    if (!next) return;
    event.preventDefault();
    setFocused(next.id);
    list.current?.querySelector<HTMLElement>(`[data-id="${next.id}"]`)?.focus();
  };

  return (
    <>
      <header className={styles.listHead}>
        <div className={styles.listTitle}>
          <h1>{t(`folder.${folder}`)}</h1>
          <span className={styles.listOf}>{mailboxes.find((one) => one.id === mb)?.name}</span>
          <Button
            kind="quiet"
            small
            bare
            icon="refresh"
            label={t("mail.refresh")}
            isDisabled={messages.isRefetching}
            onPress={() => void messages.refetch()}
          />
        </div>
        <div className={styles.listTools}>
          <Segments
            label={t("mail.filter")}
            value={show ?? "all"}
            onChange={(chosen) =>
              void navigate({ to: "/mail/$mb/$folder", params: { mb, folder }, search: chosen === "all" ? {} : { show: chosen } })
            }
            options={[
              { value: "all", label: t("mail.filterAll") },
              ...(folder === "sent" && show !== "unread" ? [] : [{ value: "unread" as const, label: t("mail.filterUnread") }]),
              { value: "flagged", label: t("mail.filterFlagged") },
            ]}
          />
          <div className={styles.find}>
            <Icon name="search" size={18} />
            <input
              ref={find}
              type="search"
              aria-label={t("mail.find")}
              placeholder={t("mail.find")}
              value={finding}
              onChange={(event) => setFinding(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Escape") {
                  setFinding("");
                  event.currentTarget.blur();
                }
              }}
            />
          </div>
        </div>
      </header>
      {messages.error && all.length === 0 ? (
        <div className={styles.pad}>
          <Failure error={messages.error} onRetry={() => void messages.refetch()} />
        </div>
      ) : messages.isPending ? (
        <Skeleton />
      ) : (
        <div className={styles.scroll} data-place="list" aria-busy={messages.isFetching}>
          <ul ref={list}>
            {lines.map((line) => (
              <MessageRow
                key={line.id}
                line={line}
                folder={folder}
                mb={mb}
                isOpen={line.id === open}
                isTabStop={line.id === tabStop}
                onFocus={() => setFocused(line.id)}
                onMove={(event) => move(event, line.id)}
              />
            ))}
          </ul>
          {lines.length === 0 ? <NothingHere folder={folder} filtered={show !== undefined} found={wanted !== ""} /> : null}
          <More
            more={messages.hasNextPage}
            busy={messages.isFetchingNextPage}
            byHand={wanted !== ""}
            onMore={() => void messages.fetchNextPage()}
          />
        </div>
      )}
    </>
  );
}

function NothingHere({ folder, filtered, found }: { folder: Folder; filtered: boolean; found: boolean }) {
  const t = useT();
  if (found) {
    return (
      <Empty icon="search" title={t("mail.findNone")}>
        {t("mail.findHint")}
      </Empty>
    );
  }
  if (filtered) return <Empty icon="check" title={t("mail.emptyFilter")} />;
  const empty = {
    inbox: <Empty icon="check" title={t("mail.emptyInbox")}>{t("mail.emptyInboxHelp")}</Empty>,
    sent: <Empty icon="sent" title={t("mail.emptySent")}>{t("mail.emptySentHelp")}</Empty>,
    archive: <Empty icon="archive" title={t("mail.emptyArchive")}>{t("mail.emptyArchiveHelp")}</Empty>,
    trash: <Empty icon="trash" title={t("mail.emptyTrash")}>{t("mail.emptyTrashHelp")}</Empty>,
  };
  return empty[folder];
}

/** Fetches the next page when it comes near; while filtering only when asked. */
function More(props: { more: boolean; busy: boolean; byHand: boolean; onMore: () => void }) {
  const t = useT();
  const mark = useRef<HTMLDivElement>(null);
  const act = useRef(props.onMore);
  useEffect(() => {
    act.current = props.onMore;
  });
  const watch = props.more && !props.busy && !props.byHand;
  useEffect(() => {
    if (!watch || !mark.current || typeof IntersectionObserver === "undefined") return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) act.current();
      },
      { rootMargin: "600px" },
    );
    observer.observe(mark.current);
    return () => observer.disconnect();
  }, [watch]);
  if (!props.more) return null;
  return (
    <div ref={mark} className={styles.more}>
      <Button
        label={props.busy ? t("list.loadingMore") : t(props.byHand ? "mail.findMore" : "do.more")}
        busy={props.busy}
        onPress={props.onMore}
      />
    </div>
  );
}
