import { expect, it } from "vitest";
import type { Finding } from "@/api/types";
import { pieces, shift, summarise } from "./spans";

const finding = (start: number, end: number, kind: Finding["kind"] = "BSN"): Finding => ({
  part: { part: "body" },
  start,
  end,
  kind,
  score: 90,
  reason: "x",
});
const joined = (cut: ReturnType<typeof pieces>) => cut.map((piece) => piece.text).join("");

it("marks code points, not UTF-16 units", () => {
  const text = "🩺👩‍⚕️ 111222333 end";
  const start = Array.from("🩺👩‍⚕️ ").length;
  const cut = pieces([finding(start, start + 9)], text, text);
  expect(cut.find((piece) => piece.kinds.length > 0)?.text).toBe("111222333");
  expect(joined(cut)).toBe(text);
});

it("moves marks behind what was typed and drops those that were touched", () => {
  const spans = [
    { start: 0, end: 4, kind: "PERSON" as const },
    { start: 10, end: 14, kind: "BSN" as const },
  ];
  expect(shift(spans, "Anna 12345 6789", "Anna is 12345 6789")).toEqual([spans[0], { start: 13, end: 17, kind: "BSN" }]);
  expect(shift(spans, "Anna 12345 6789", "Anja 12345 6789").map((span) => span.kind)).toEqual(["BSN"]);
});

it("joins overlapping findings into one mark", () => {
  const cut = pieces([finding(0, 6, "PERSON"), finding(3, 9, "DIAGNOSIS")], "abcdefghij", "abcdefghij");
  expect(cut).toEqual([
    { text: "abcdefghi", kinds: ["PERSON", "DIAGNOSIS"] },
    { text: "j", kinds: [] },
  ]);
});

it("passes over spans that do not fit the text", () => {
  expect(pieces([finding(3, 99), finding(5, 2)], "short", "short")).toEqual([{ text: "short", kinds: [] }]);
});

it("counts findings by kind and place", () => {
  const attachment: Finding = { ...finding(0, 1), part: { part: "attachment", index: 1 } };
  expect(summarise([finding(0, 1), finding(2, 3), attachment])).toEqual([
    { kind: "BSN", part: { part: "body" }, count: 2 },
    { kind: "BSN", part: { part: "attachment", index: 1 }, count: 1 },
  ]);
});
