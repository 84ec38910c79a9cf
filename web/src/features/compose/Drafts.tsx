import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { api } from "@/api/client";
import type { DraftLine, Page } from "@/api/types";
import { useSession } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { nameOf } from "@/features/mail/MessageRow";
import { Button } from "@/ui/Button";
import { Empty, Failure, Skeleton } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import { discardLater } from "./discard";
import styles from "./compose.module.css";

export function Drafts() {
  const t = useT();
  const formats = useFormats();
  const client = useQueryClient();
  const { tell } = useVoice();
  const { mailboxes } = useSession();
  const drafts = useInfiniteQuery({
    queryKey: ["drafts", "list"],
    queryFn: ({ pageParam, signal }) => api.get<Page<DraftLine>>("/drafts", { cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  useEffect(() => {
    document.title = `${t("drafts.title")} · Wardpost`;
  }, [t]);
  const lines = drafts.data?.pages.flatMap((page) => page.items) ?? [];
  const discard = (id: string) => {
    client.setQueryData(["drafts", "list"], (data: typeof drafts.data) =>
      data ? { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.filter((one) => one.id !== id) })) } : data,
    );
    tell(t("compose.discarded"), discardLater(client, id));
  };
  return (
    <div className="page">
      <h1>{t("drafts.title")}</h1>
      {drafts.error && !drafts.data ? <Failure error={drafts.error} onRetry={() => void drafts.refetch()} /> : null}
      {drafts.isPending ? <Skeleton rows={3} /> : null}
      {drafts.data && lines.length === 0 ? (
        <Empty icon="draft" title={t("drafts.empty")}>
          {t("drafts.emptyHelp")}
        </Empty>
      ) : null}
      <ul className={styles.drafts}>
        {lines.map((line) => (
          <li key={line.id}>
            <Link to="/compose/$draft" params={{ draft: line.id }}>
              <strong>{line.subject || t("mail.noSubject")}</strong>
              <span className="small soft">
                {line.to.length > 0 ? t("mail.to", { names: formats.list(line.to.map(nameOf)) }) : t("drafts.noRecipients")}
              </span>
              <span className="small soft">
                {t("drafts.saved", { when: formats.short(line.updated_at) })}
                {mailboxes.length > 1 ? ` · ${mailboxes.find((one) => one.id === line.mailbox_id)?.name ?? ""}` : ""}
              </span>
            </Link>
            <Button
              kind="quiet"
              icon="trash"
              bare
              label={`${t("compose.discard")}: ${line.subject || t("mail.noSubject")}`}
              onPress={() => discard(line.id)}
            />
          </li>
        ))}
      </ul>
      {drafts.hasNextPage ? (
        <Button label={t("do.more")} busy={drafts.isFetchingNextPage} onPress={() => void drafts.fetchNextPage()} />
      ) : null}
    </div>
  );
}
