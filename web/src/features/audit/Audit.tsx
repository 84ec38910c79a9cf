import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, url, type Query } from "@/api/client";
import type { AuditEntry, Page } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Segments } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Breakable, Chip, Empty, Failure, Skeleton } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { useTitle } from "@/ui/title";
import { AuditFilters, NO_FILTERS, queryOf, type Filters } from "./AuditFilters";
import { EntryDetails, useAgentName } from "./EntryDetails";
import { Integrity } from "./Integrity";

export function Audit() {
  const t = useT();
  const [view, setView] = useState<"search" | "integrity">("search");
  useTitle(t("log.title"));
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("log.title")}</h1>
          <p className="soft">{t("log.lead")}</p>
        </div>
        <Segments
          label={t("log.view")}
          value={view}
          onChange={setView}
          options={[
            { value: "search", label: t("log.search") },
            { value: "integrity", label: t("log.integrity") },
          ]}
        />
      </header>
      {view === "search" ? <Search /> : <Integrity />}
    </div>
  );
}

function Search() {
  const t = useT();
  const [filters, setFilters] = useState<Filters>(NO_FILTERS);
  const [asked, setAsked] = useState<Query>({});
  return (
    <>
      <AuditFilters
        filters={filters}
        onChange={setFilters}
        onFind={() => setAsked(queryOf(filters))}
        onClear={() => {
          setFilters(NO_FILTERS);
          setAsked({});
        }}
      />
      <Entries
        asked={asked}
        onOnly={(change) => {
          const only = { ...NO_FILTERS, ...change };
          setFilters(only);
          setAsked(queryOf(only));
        }}
      />
      <div className="row">
        <a className="button plain" href={url("/audit/export.csv", asked)} download>
          <Icon name="download" />
          {t("log.csv")}
        </a>
        <a className="button plain" href={url("/audit/export.fhir.json", asked)} download>
          <Icon name="download" />
          {t("log.fhir")}
        </a>
        <span className="small soft">{t("log.exportHelp")}</span>
      </div>
    </>
  );
}

/** Entries that were looked for, newest first. */
export function Entries({ asked, onOnly }: { asked: Query; onOnly?: (change: Partial<Filters>) => void }) {
  const t = useT();
  const formats = useFormats();
  const agentName = useAgentName();
  const [open, setOpen] = useState<AuditEntry>();
  const found = useInfiniteQuery({
    queryKey: ["audit", asked],
    queryFn: ({ pageParam, signal }) => api.get<Page<AuditEntry>>("/audit", { ...asked, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    // Searching is itself recorded: only when somebody asks.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const entries = found.data?.pages.flatMap((page) => page.items) ?? [];
  // Rare entries are looked for in steps: an empty page may have a next one.
  const { fetchNextPage } = found;
  const further = found.data !== undefined && entries.length === 0 && found.hasNextPage;
  useEffect(() => {
    if (further && !found.isFetchingNextPage && !found.error) void fetchNextPage();
  }, [further, fetchNextPage, found.isFetchingNextPage, found.error]);
  if (found.error && !found.data) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton />;
  if (further) return <p role="status">{t("log.stillLooking")}</p>;
  if (entries.length === 0) {
    return (
      <Empty icon="search" title={t("log.none")}>
        {t("log.noneHelp")}
      </Empty>
    );
  }
  return (
    <>
      <Table
        label={t("log.title")}
        rows={entries}
        keyOf={(entry) => entry.id}
        columns={[
          {
            id: "at",
            head: t("log.at"),
            cell: (entry) => (
              <time dateTime={entry.at} className="nums">
                {formats.stamp(entry.at)}
              </time>
            ),
          },
          { id: "what", head: t("log.what"), names: true, cell: (entry) => t(`audit.${entry.kind}`) },
          { id: "who", head: t("log.who"), cell: (entry) => <Breakable text={agentName(entry)} /> },
          { id: "patient", head: t("log.patient"), cell: (entry) => entry.details?.patient ?? "" },
          {
            id: "result",
            head: t("log.result"),
            cell: (entry) =>
              entry.outcome === "success" ? (
                t("outcome.success")
              ) : (
                <Chip tone="danger" icon="warn">
                  {t(`outcome.${entry.outcome}`)}
                </Chip>
              ),
          },
          {
            id: "open",
            head: t("admin.actions"),
            quiet: true,
            cell: (entry) => (
              <Button
                kind="quiet"
                small
                label={t("log.open")}
                aria-label={`${t("log.open")}: ${t(`audit.${entry.kind}`)}, ${formats.time(entry.at, true)}`}
                onPress={() => setOpen(entry)}
              />
            ),
          },
        ]}
      />
      {found.hasNextPage ? (
        <div className="row">
          <Button label={t("do.more")} busy={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()} />
        </div>
      ) : null}
      {open ? <EntryDetails
          entry={open}
          onClose={() => setOpen(undefined)}
          onOnly={
            onOnly &&
            ((change) => {
              setOpen(undefined);
              onOnly(change);
            })
          }
        /> : null}
    </>
  );
}
