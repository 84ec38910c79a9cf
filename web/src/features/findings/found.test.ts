import { expect, it } from "vitest";
import type { Finding } from "@/api/types";
import { claimOf, countsOf, groupsOf } from "./found";

const at = (part: Finding["part"]["part"], start: number, end: number, kind: Finding["kind"], reason = "x", index = 0): Finding =>
  ({ part: part === "subject" || part === "body" ? { part } : { part, index }, start, end, kind, score: 90, reason }) as Finding;

const TEXTS = { subject: "🩺 Jansen", text: "Mw. Jansen heeft diabetes. JANSEN is ziek. مريم" };

it("names each text once, by code points, with all its places", () => {
  const groups = groupsOf(
    [at("subject", 2, 8, "PERSON"), at("body", 4, 10, "PERSON", "person_and_health"), at("body", 27, 33, "PERSON"), at("body", 17, 25, "DIAGNOSIS", "condition"), at("body", 43, 47, "PERSON")],
    TEXTS,
  );
  expect(groups.map((one) => one.look)).toEqual(["person", "health"]);
  expect(groups[0]?.items.map((one) => [one.text, one.findings.length, one.tied, one.reason])).toEqual([
    ["Jansen", 3, true, "person_and_health"],
    ["مريم", 1, false, "x"],
  ]);
});

it("counts words, and in files findings", () => {
  const groups = groupsOf(
    [at("body", 4, 10, "PERSON"), at("body", 27, 33, "PERSON"), at("attachment", 0, 3, "PERSON"), at("attachment", 5, 8, "PERSON"), at("attachment", 0, 0, "UNREADABLE", "pdf", 1), at("body", 0, 1, "BSN")],
    TEXTS,
  );
  expect(countsOf(groups)).toEqual([
    { counted: "person", count: 3 },
    { counted: "number", count: 1 },
    { counted: "unreadable", count: 1 },
  ]);
});

it("has one word for each kind that can be a false alarm", () => {
  expect([claimOf("PERSON"), claimOf("LAB"), claimOf("MRN"), claimOf("DOB"), claimOf("UNREADABLE")]).toEqual([
    "not_patient",
    "not_health",
    "not_number",
    "not_personal",
    undefined,
  ]);
});
