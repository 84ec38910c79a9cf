import { expect, it } from "vitest";
import type { Finding } from "@/api/types";
import { inText, locate, pieces as cut, shift } from "./spans";

const finding = (start: number, end: number, kind: Finding["kind"] = "BSN"): Finding => ({
  part: { part: "body" },
  start,
  end,
  kind,
  score: 90,
  reason: "x",
});
const pieces = (findings: Finding[], before: string, now: string) =>
  cut(locate(findings, before), before, now).map(({ text, findings: found }) => ({ text, kinds: found.map((one) => one.kind) }));
const joined = (all: ReturnType<typeof pieces>) => all.map((piece) => piece.text).join("");

it("marks code points, not UTF-16 units", () => {
  const text = "🩺👩‍⚕️ 111222333 end";
  const start = Array.from("🩺👩‍⚕️ ").length;
  const found = pieces([finding(start, start + 9)], text, text);
  expect(found.find((piece) => piece.kinds.length > 0)?.text).toBe("111222333");
  expect(joined(found)).toBe(text);
});

it("moves marks behind what was typed and drops those that were touched", () => {
  const spans = locate([finding(0, 4, "PERSON"), finding(10, 14)], "Anna 12345 6789");
  const kinds = (now: string) => shift(spans, "Anna 12345 6789", now).map((span) => [span.finding.kind, span.start]);
  expect(kinds("Anna is 12345 6789")).toEqual([["PERSON", 0], ["BSN", 13]]);
  expect(kinds("Anja 12345 6789")).toEqual([["BSN", 10]]);
});

it("joins overlapping findings into one mark", () => {
  expect(pieces([finding(0, 6, "PERSON"), finding(3, 9, "DIAGNOSIS")], "abcdefghij", "abcdefghij")).toEqual([
    { text: "abcdefghi", kinds: ["PERSON", "DIAGNOSIS"] },
    { text: "j", kinds: [] },
  ]);
});

it("passes over spans that do not fit the text", () => {
  expect(pieces([finding(3, 99), finding(5, 2)], "short", "short")).toEqual([{ text: "short", kinds: [] }]);
});

it("tells where a finding stands by now, in code points for the server and in units for the field", () => {
  expect(inText(finding(0, 4, "PERSON"), "Anna", "🩺🩺 Anna")).toEqual({ finding: finding(3, 7, "PERSON"), start: 5, end: 9 });
  expect(inText(finding(0, 4, "PERSON"), "Anna", "Anja")).toBeUndefined();
});

it("keeps up with typing in a long text", () => {
  const line = "Mevrouw Jansen heeft diabetes mellitus type 2.\n";
  const text = line.repeat(2_000);
  const spans = locate(
    Array.from({ length: 2_000 }, (_, n) => finding(n * line.length + 8, n * line.length + 14, "PERSON")),
    text,
  );
  const begun = performance.now();
  for (let n = 0; n < 20; n += 1) cut(spans, text, `${text.slice(0, 50_000)}x${text.slice(50_000)}`);
  expect((performance.now() - begun) / 20).toBeLessThan(50);
});
