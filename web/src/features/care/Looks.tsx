import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, isProblem, url } from "@/api/client";
import type { AccessLog } from "@/api/types";
import { useFormats, useT, type MessageKey } from "@/i18n";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Breakable, Chip, Empty, Failure, Skeleton, TwoLines } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { merged } from "./looks";

const DAY_MS = 86_400_000;
const startOf = (day: string) => (day ? new Date(`${day}T00:00:00`).toISOString() : undefined);
const endOf = (day: string) => (day ? new Date(new Date(`${day}T00:00:00`).getTime() + DAY_MS).toISOString() : undefined);
const dayOf = (at: string) => new Date(at).toDateString();

/** Who looked, when, at what and on which ground; with a period, and as a file where there is one. */
export function Looks({ path, file }: { path: string; file?: string }) {
  const t = useT();
  const formats = useFormats();
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const time = { from: startOf(from), to: endOf(to) };
  const log = useInfiniteQuery({
    queryKey: ["looks", path, from, to],
    queryFn: ({ pageParam, signal }) => api.get<AccessLog>(path, { ...time, cursor: pageParam, limit: 200 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    // Looking is itself recorded: not again of its own accord.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  if (isProblem(log.error, "not_found")) {
    return (
      <Empty icon="people" title={t("looked.noPatient")}>
        {t("looked.noPatientHelp")}
      </Empty>
    );
  }
  const lines = merged(log.data?.pages.flatMap((page) => page.items) ?? [], dayOf);
  const organisation = log.data?.pages[0]?.organisation;
  return (
    <>
      {file && organisation ? <p className="soft">{t("looked.lead", { organisation })}</p> : null}
      <div className="row">
        <TextField label={t("looked.from")} type="date" value={from} onChange={setFrom} />
        <TextField label={t("looked.to")} type="date" value={to} onChange={setTo} />
        {file ? (
          <a className="button plain" href={url(file, time)} download>
            <Icon name="download" />
            {t("looked.download")}
          </a>
        ) : null}
      </div>
      {log.error && !log.data ? <Failure error={log.error} onRetry={() => void log.refetch()} /> : null}
      {log.isPending ? <Skeleton rows={4} /> : null}
      {log.data && lines.length === 0 ? <Empty icon="eye" title={t("looked.none")} /> : null}
      {lines.length > 0 ? (
        <Table
          label={t("looked.title")}
          rows={lines}
          keyOf={({ look }) => look.id}
          columns={[
            {
              id: "who",
              head: t("looked.who"),
              names: true,
              cell: ({ look }) => (
                <TwoLines under={formats.list(look.roles)}>
                  {look.on_behalf_of && !look.on_behalf_of.includes("@") ? (
                    t("party.onBehalf", { by: look.who, name: look.on_behalf_of })
                  ) : (
                    <Breakable text={look.who} />
                  )}
                </TwoLines>
              ),
            },
            {
              id: "when",
              head: t("looked.when"),
              cell: ({ look, count }) => (
                <span className="two-lines">
                  <time dateTime={look.at}>{formats.full(look.at)}</time>
                  {count > 1 ? <span className="small soft">{t("looked.times", { count })}</span> : null}
                </span>
              ),
            },
            {
              id: "what",
              head: t("looked.what"),
              cell: ({ look }) => (
                <TwoLines under={look.on_behalf_of?.includes("@") ? <Breakable text={look.on_behalf_of} /> : null}>
                  {t(`audit.${look.kind}`)}
                </TwoLines>
              ),
            },
            {
              id: "why",
              head: t("looked.why"),
              cell: ({ look }) =>
                look.ground || look.why ? (
                <span className="two-lines">
                  {look.ground ? (
                    <span>
                      <Chip tone={look.ground === "break_glass" ? "danger" : "plain"}>
                        {t(`ground.${look.ground}` as MessageKey)}
                      </Chip>
                    </span>
                  ) : null}
                  {look.why ? <span className="small">{t("looked.reason", { reason: look.why })}</span> : null}
                </span>
                ) : null,
            },
          ]}
        />
      ) : null}
      {log.hasNextPage ? (
        <Button label={t("do.more")} busy={log.isFetchingNextPage} onPress={() => void log.fetchNextPage()} />
      ) : null}
    </>
  );
}
