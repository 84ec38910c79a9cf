import { expect, it } from "vitest";
import type { FindingsReport, ReportLine } from "@/api/types";
import { barsOf, ceiling, daysOf, fits, sums } from "./period";

const NOW = new Date("2026-02-11T23:30:00Z");

it("knows whole months and quarters, over the turn of a year", () => {
  expect(daysOf("lastMonth", NOW)).toEqual({ from: "2026-01-01", to: "2026-01-31" });
  expect(daysOf("lastQuarter", NOW)).toEqual({ from: "2025-10-01", to: "2025-12-31" });
  expect(daysOf("quarter", NOW)).toEqual({ from: "2026-01-01", to: "2026-02-11" });
  expect(daysOf("week", NOW)).toEqual({ from: "2026-02-05", to: "2026-02-11" });
});

it("asks for no period that the server refuses", () => {
  expect(fits({ from: "2026-01-01", to: "2026-12-31" })).toBe(true);
  expect(fits({ from: "2026-01-02", to: "2026-01-01" })).toBe(false);
  expect(fits({ from: "2025-01-01", to: "2026-01-02" })).toBe(false);
  expect(fits({ from: "", to: "2026-01-02" })).toBe(false);
});

const line = (direction: ReportLine["direction"], item: string, steps: number[], before = 0): ReportLine => ({
  direction,
  topic: "verdict",
  item,
  count: steps.reduce((a, b) => a + b, 0),
  before,
  steps,
});

it("adds directions together and keeps the largest first", () => {
  const lines = [line("outgoing", "health", [1, 2], 5), line("inside", "health", [0, 4]), line("outgoing", "none", [9, 9])];
  expect(sums(lines, "verdict", "all").map((one) => [one.item, one.count, one.before])).toEqual([
    ["none", 18, 0],
    ["health", 7, 5],
  ]);
  expect(sums(lines, "verdict", "outgoing").find((one) => one.item === "health")?.steps).toEqual([1, 2]);
  // Adding up changes nothing of what it adds.
  expect(lines[0]?.steps).toEqual([1, 2]);
});

it("stacks what asks for protection and leaves the rest out", () => {
  const report = { steps: ["a", "b"], lines: [line("outgoing", "none", [3, 3]), line("outgoing", "health", [0, 2]), line("outgoing", "identifier", [1, 1])] } as unknown as FindingsReport;
  const bars = barsOf(report, "outgoing");
  expect(bars.stacks.map((one) => one.verdict)).toEqual(["identifier", "health"]);
  expect(bars.totals).toEqual([1, 3]);
});

it("ends the axis on a round number", () => {
  expect([0, 3, 7, 12, 23, 101].map(ceiling)).toEqual([5, 5, 10, 20, 25, 200]);
});
