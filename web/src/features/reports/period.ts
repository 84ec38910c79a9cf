/** The periods of a report, and what is read out of its lines. Pure. */

import type { FindingsReport, ReportDirection, ReportLine, ReportTopic } from "@/api/types";

export const PRESETS = ["week", "month", "lastMonth", "quarter", "lastQuarter", "year", "own"] as const;
export type Preset = (typeof PRESETS)[number];

export interface Days {
  from: string;
  to: string;
}

const iso = (at: Date) => at.toISOString().slice(0, 10);
const day = (year: number, month: number, date: number) => iso(new Date(Date.UTC(year, month, date)));

/** The days of a period, as the server counts them: in UTC. What is not over yet ends today. */
export function daysOf(preset: Exclude<Preset, "own">, now: Date): Days {
  const [year, month, date] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const quarter = month - (month % 3);
  switch (preset) {
    case "week":
      return { from: day(year, month, date - 6), to: iso(now) };
    case "month":
      return { from: day(year, month, 1), to: iso(now) };
    case "lastMonth":
      return { from: day(year, month - 1, 1), to: day(year, month, 0) };
    case "quarter":
      return { from: day(year, quarter, 1), to: iso(now) };
    case "lastQuarter":
      return { from: day(year, quarter - 3, 1), to: day(year, quarter, 0) };
    case "year":
      return { from: day(year, 0, 1), to: iso(now) };
  }
}

const LONGEST_DAYS = 366;

/** Whether the server takes such a period. */
export function fits({ from, to }: Days): boolean {
  const length = (Date.parse(to) - Date.parse(from)) / 86_400_000;
  return Number.isFinite(length) && length >= 0 && length < LONGEST_DAYS;
}

export interface Sum {
  item: string;
  count: number;
  before: number;
  steps: number[];
}

/** The lines of one topic, over the chosen directions added together. */
export function sums(lines: readonly ReportLine[], topic: ReportTopic, direction: ReportDirection | "all"): Sum[] {
  const all = new Map<string, Sum>();
  for (const line of lines) {
    if (line.topic !== topic || (direction !== "all" && line.direction !== direction)) continue;
    const sum = all.get(line.item);
    if (!sum) all.set(line.item, { item: line.item, count: line.count, before: line.before, steps: [...line.steps] });
    else {
      sum.count += line.count;
      sum.before += line.before;
      line.steps.forEach((n, at) => (sum.steps[at] = (sum.steps[at] ?? 0) + n));
    }
  }
  return [...all.values()].sort((a, b) => b.count - a.count || b.before - a.before || a.item.localeCompare(b.item));
}

/** The verdicts that ask for protection, mildest first: how the chart stacks them. */
export const VERDICTS = ["unreadable", "identifier", "health", "health_many"] as const;
export type ChartVerdict = (typeof VERDICTS)[number];

export interface Bars {
  starts: string[];
  stacks: { verdict: ChartVerdict; steps: number[] }[];
  totals: number[];
}

export function barsOf(report: FindingsReport, direction: ReportDirection | "all"): Bars {
  const found = sums(report.lines, "verdict", direction);
  const stacks = VERDICTS.map((verdict) => ({
    verdict,
    steps: found.find((one) => one.item === verdict)?.steps ?? report.steps.map(() => 0),
  })).filter((stack) => stack.steps.some((n) => n > 0));
  const totals = report.steps.map((_, at) => stacks.reduce((sum, stack) => sum + (stack.steps[at] ?? 0), 0));
  return { starts: report.steps, stacks, totals };
}

/** A round number at or above the highest bar, so that the axis can be read. */
export function ceiling(most: number): number {
  if (most <= 5) return 5;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= most && Number.isInteger(n)) ?? most;
}
