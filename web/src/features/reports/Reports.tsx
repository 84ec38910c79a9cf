import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, url } from "@/api/client";
import type { FindingsReport, ReportDirection, ReportTopic } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Choice, Segments, TextField } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Empty, Failure, Skeleton } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { useTitle } from "@/ui/title";
import { Chart } from "./Chart";
import { barsOf, daysOf, fits, PRESETS, sums, type Days, type Preset, type Sum } from "./period";
import { useItemWords } from "./words";
import styles from "./reports.module.css";

type Shown = ReportDirection | "all";

/** The report on findings: numbers of a period, by verdict, kind and what was done. Never content. */
export function Reports() {
  const t = useT();
  const [preset, setPreset] = useState<Preset>("month");
  const [own, setOwn] = useState<Days>(() => daysOf("month", new Date()));
  const [shown, setShown] = useState<Shown>("outgoing");
  const days = preset === "own" ? own : daysOf(preset, new Date());
  const fit = fits(days);
  useTitle(t("report.title"));
  const report = useQuery({
    queryKey: ["report", days.from, days.to],
    queryFn: ({ signal }) => api.get<FindingsReport>("/reports/findings", { ...days }, signal),
    enabled: fit,
    placeholderData: keepPreviousData,
    // Reading is recorded: only when somebody asks.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  return (
    <>
      <header className="page-head">
        <div>
          <h1>{t("report.title")}</h1>
          <p className="soft">{t("report.lead")}</p>
        </div>
      </header>
      <section className={`panel ${styles.choices}`} aria-label={t("report.period")}>
        <Choice
          label={t("report.period")}
          value={preset}
          onChange={(chosen) => {
            if (chosen === "own") setOwn(days);
            setPreset(chosen);
          }}
          options={PRESETS.map((value) => ({ value, label: t(`report.period.${value}`) }))}
        />
        {preset === "own" ? (
          <>
            <TextField type="date" label={t("report.from")} value={own.from} onChange={(from) => setOwn({ ...own, from })} error={fit ? undefined : t("report.badRange")} />
            <TextField type="date" label={t("report.to")} value={own.to} onChange={(to) => setOwn({ ...own, to })} />
          </>
        ) : null}
        <Segments
          label={t("report.direction")}
          showLabel
          value={shown}
          onChange={setShown}
          options={(["outgoing", "inside", "incoming", "all"] as const).map((value) => ({ value, label: t(`report.direction.${value}`) }))}
        />
      </section>
      {report.error ? <Failure error={report.error} onRetry={() => void report.refetch()} /> : null}
      {report.data ? <Numbers report={report.data} shown={shown} /> : report.error ? null : <Skeleton />}
      <div className="row">
        {fit ? (
          <a className="button plain" href={url("/reports/findings.csv", { ...days })} download>
            <Icon name="download" />
            {t("report.csv")}
          </a>
        ) : null}
        <span className="small soft">{t("report.csvHelp")}</span>
      </div>
    </>
  );
}

function Numbers({ report, shown }: { report: FindingsReport; shown: Shown }) {
  const t = useT();
  const formats = useFormats();
  const range = t("report.range", {
    from: formats.date(report.from),
    to: formats.date(report.to),
    beforeFrom: formats.date(report.before_from),
    beforeTo: formats.date(report.before_to),
  });
  return (
    <>
      <p className="small soft" role="status">
        {range}
      </p>
      {report.lines.length === 0 ? (
        <Empty icon="log" title={t("report.empty")}>
          {t("report.emptyHelp")}
        </Empty>
      ) : (
        <>
          <KeyNumbers report={report} shown={shown} />
          <OverTime report={report} shown={shown} />
          <div className={styles.tables}>
            <Topic report={report} topic="action" shown={shown} />
            <Topic report={report} topic="verdict" shown={shown} />
            <Kinds report={report} shown={shown} />
            <Topic report={report} topic="special" shown={shown} />
            <Topic report={report} topic="override" shown={shown} />
            <Topic report={report} topic="unreadable" shown={shown} />
            {/* Reported of drafts and of what was held or sent: in no direction of its own. */}
            <Topic report={report} topic="false_alarm" shown="all" />
          </div>
        </>
      )}
    </>
  );
}

function KeyNumbers({ report, shown }: { report: FindingsReport; shown: Shown }) {
  const t = useT();
  const formats = useFormats();
  const add = (found: readonly Sum[]) => ({
    count: found.reduce((sum, one) => sum + one.count, 0),
    before: found.reduce((sum, one) => sum + one.before, 0),
  });
  const verdicts = sums(report.lines, "verdict", shown);
  const actions = sums(report.lines, "action", shown);
  const messages = add(sums(report.lines, "messages", shown));
  const numbers = [
    { id: "messages", ...messages },
    { id: "found", ...add(verdicts.filter((one) => one.item !== "none")) },
    ...(shown === "incoming" ? [] : (["protected", "held", "blocked"] as const).map((id) => ({ id, ...add(actions.filter((one) => one.item === id)) }))),
  ] as const;
  return (
    <dl className={styles.numbers}>
      {numbers.map((one) => (
        <div key={one.id} className="panel">
          <dt>{t(`report.key.${one.id}`)}</dt>
          <dd>
            <strong className="nums">{formats.number(one.count)}</strong>
            <span className="small soft">
              {one.count === one.before ? t("report.same") : t("report.before", { count: formats.number(one.before) })}
              {one.id !== "messages" && messages.count > 0
                ? ` · ${t("report.share", { percent: formats.number(Math.round((one.count / messages.count) * 100)) })}`
                : ""}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function OverTime({ report, shown }: { report: FindingsReport; shown: Shown }) {
  const t = useT();
  const formats = useFormats();
  const [view, setView] = useState<"chart" | "table">("chart");
  const bars = barsOf(report, shown);
  return (
    <section className="panel">
      <div className="page-head">
        <h2>{t("report.overTime")}</h2>
        <Segments
          label={t("report.view")}
          value={view}
          onChange={setView}
          options={[
            { value: "chart", label: t("report.chart") },
            { value: "table", label: t("report.table") },
          ]}
        />
      </div>
      {view === "chart" ? (
        <Chart bars={bars} step={report.step} />
      ) : (
        <Table
          label={t("report.overTime")}
          rows={bars.starts.map((start, at) => ({ start, at }))}
          keyOf={(row) => row.start}
          columns={[
            { id: "start", head: t("report.stepHead"), names: true, cell: (row) => formats.date(row.start) },
            ...bars.stacks.map((stack) => ({
              id: stack.verdict,
              head: t(`sensitivity.${stack.verdict}`),
              cell: (row: { at: number }) => <span className="nums">{formats.number(stack.steps[row.at] ?? 0)}</span>,
            })),
            { id: "all", head: t("report.direction.all"), cell: (row) => <strong className="nums">{formats.number(bars.totals[row.at] ?? 0)}</strong> },
          ]}
        />
      )}
    </section>
  );
}

function useChange() {
  const formats = useFormats();
  // A true minus sign, as figures are set.
  return (sum: Sum) => (sum.count === sum.before ? "–" : `${sum.count > sum.before ? "+" : "−"}${formats.number(Math.abs(sum.count - sum.before))}`);
}

function Topic({ report, topic, shown }: { report: FindingsReport; topic: Exclude<ReportTopic, "messages" | "kind" | "spans">; shown: Shown }) {
  const t = useT();
  const formats = useFormats();
  const words = useItemWords();
  const change = useChange();
  const rows = sums(report.lines, topic, shown);
  if (rows.length === 0) return null;
  return (
    <section className="panel">
      <h2>{t(`report.topic.${topic}`)}</h2>
      <Table
        label={t(`report.topic.${topic}`)}
        rows={rows}
        keyOf={(row) => row.item}
        columns={[
          { id: "item", head: t("report.item"), names: true, cell: (row) => words(topic, row.item) },
          { id: "count", head: t("report.count"), cell: (row) => <span className="nums">{formats.number(row.count)}</span> },
          { id: "before", head: t("report.was"), cell: (row) => <span className="nums">{formats.number(row.before)}</span> },
          { id: "change", head: t("report.change"), cell: (row) => <span className="nums">{change(row)}</span> },
        ]}
      />
    </section>
  );
}

function Kinds({ report, shown }: { report: FindingsReport; shown: Shown }) {
  const t = useT();
  const formats = useFormats();
  const words = useItemWords();
  const change = useChange();
  const rows = sums(report.lines, "kind", shown);
  const spans = new Map(sums(report.lines, "spans", shown).map((one) => [one.item, one.count]));
  if (rows.length === 0) return null;
  return (
    <section className="panel">
      <h2>{t("report.topic.kind")}</h2>
      <Table
        label={t("report.topic.kind")}
        rows={rows}
        keyOf={(row) => row.item}
        columns={[
          { id: "item", head: t("report.item"), names: true, cell: (row) => words("kind", row.item) },
          { id: "count", head: t("report.inMessages"), cell: (row) => <span className="nums">{formats.number(row.count)}</span> },
          { id: "before", head: t("report.was"), cell: (row) => <span className="nums">{formats.number(row.before)}</span> },
          { id: "change", head: t("report.change"), cell: (row) => <span className="nums">{change(row)}</span> },
          { id: "spans", head: t("report.spans"), cell: (row) => <span className="nums">{formats.number(spans.get(row.item) ?? 0)}</span> },
        ]}
      />
    </section>
  );
}
