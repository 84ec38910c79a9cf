import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "@/api/client";
import type { HeldLine, Page, Rule } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { nameOf } from "@/features/mail/MessageRow";
import { Button } from "@/ui/Button";
import { Choice } from "@/ui/Field";
import { Chip, Empty, Failure, Skeleton } from "@/ui/pieces";
import { useTitle } from "@/ui/title";
import { RULES, ruleText } from "@/words/rules";
import { FoundChips, Waits } from "./HeldChips";
import styles from "@/features/mail/mail.module.css";

export function Review() {
  const t = useT();
  const open = useParams({ strict: false, select: (params) => params.id });
  const [rule, setRule] = useState<Rule | "">("");
  const held = useInfiniteQuery({
    queryKey: ["held", "list", rule],
    queryFn: ({ pageParam, signal }) => api.get<Page<HeldLine>>("/held", { cursor: pageParam, rule: rule || null }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  useTitle(t("review.title"));
  const lines = held.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className={styles.panes} data-open={open !== undefined}>
      <section className={styles.list} aria-label={t("review.title")}>
        <header className={styles.listHead}>
          <h1>{t("review.title")}</h1>
          <p className="small soft">{t("review.lead")}</p>
          <Choice
            label={t("review.filter")}
            value={rule}
            options={[
              { value: "" as const, label: t("review.filterAll") },
              ...[...RULES].reverse().map((value) => ({ value, label: ruleText(t, value) })),
            ]}
            onChange={setRule}
          />
        </header>
        {held.error && !held.data ? (
          <div className={styles.pad}>
            <Failure error={held.error} onRetry={() => void held.refetch()} />
          </div>
        ) : null}
        {held.isPending ? <Skeleton rows={3} /> : null}
        <div className={styles.scroll}>
          <ul>
            {lines.map((line) => (
              <HeldRow key={line.message_id} line={line} isOpen={line.message_id === open} />
            ))}
          </ul>
          {held.data && lines.length === 0 ? (
            <Empty icon="check" title={t("review.empty")}>
              {t(rule === "" ? "review.emptyHelp" : "review.filterNone")}
            </Empty>
          ) : null}
          {held.hasNextPage ? (
            <div className={styles.more}>
              <Button label={t("do.more")} busy={held.isFetchingNextPage} onPress={() => void held.fetchNextPage()} />
            </div>
          ) : null}
        </div>
      </section>
      <section className={styles.reader}>{open === undefined ? <Empty icon="shield" title={t("review.pick")} /> : <Outlet />}</section>
    </div>
  );
}

function HeldRow({ line, isOpen }: { line: HeldLine; isOpen: boolean }) {
  const t = useT();
  const formats = useFormats();
  return (
    <li className={styles.row}>
      <Link
        to="/review/$id"
        params={{ id: line.message_id }}
        className={styles.rowLink}
        data-open={isOpen}
        aria-current={isOpen ? "true" : undefined}
        // Opening is recorded in the log: never ahead of the click.
        preload={false}
      >
        <span className={styles.who}>{line.on_behalf
            ? t("party.onBehalf", { by: line.sender_name, name: nameOf(line.from) })
            : line.sender_name || nameOf(line.from)}</span>
        <time className={styles.at} dateTime={line.held_at}>
          {formats.short(line.held_at)}
        </time>
        <span className={styles.subject}>{line.subject || t("mail.noSubject")}</span>
        <span className={styles.preview}>{t("mail.to", { names: formats.list(line.to.map(nameOf)) })}</span>
        <span className={styles.chips}>
          <Chip tone="warn" icon="shield">
            {ruleText(t, line.rule)}
          </Chip>
          <Waits since={line.held_at} overdue={line.overdue} />
          <FoundChips individuals={line.individuals} special={line.special} />
          {line.claim ? (
            <Chip tone="info" icon="eye">
              {line.claim.own ? t("review.claimedOwn") : t("review.claimedChip", { name: line.claim.name })}
            </Chip>
          ) : null}
          {line.own ? <Chip>{t("review.own")}</Chip> : null}
        </span>
      </Link>
    </li>
  );
}
