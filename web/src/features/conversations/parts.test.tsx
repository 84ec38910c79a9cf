import { renderHook } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { CommandFailure } from "@/conversations/client";
import type { CommandError, Item, Member } from "@/conversations/protocol";
import { Languages } from "@/i18n";
import firstEn from "@/i18n/first.en";
import firstNl from "@/i18n/first.nl";
import laterEn from "@/i18n/later.en";
import laterNl from "@/i18n/later.nl";
import { emergencyNumber } from "./emergency";
import { useFaultText } from "./faults";
import { fitting, mentionAt } from "./mention";
import { partsOf } from "./MessageText";
import { rowsOf } from "./rows";
import { groupsOf } from "./Safety";

const FAULTS: Record<CommandError, true> = {
  offline: true,
  not_allowed: true,
  not_found: true,
  no_device: true,
  closed: true,
  too_large: true,
  wrong_code: true,
  too_late: true,
  failed: true,
};

describe.each([
  ["en", { ...firstEn, ...laterEn }],
  ["nl", { ...firstNl, ...laterNl }],
] as const)("words of failures (%s)", (language, catalogue) => {
  const words = () =>
    renderHook(useFaultText, {
      wrapper: ({ children }) => (
        <Languages language={language} catalogue={catalogue} onSwitch={() => undefined}>
          {children}
        </Languages>
      ),
    }).result.current;

  it("has a sentence of its own for every failure", () => {
    const said = Object.keys(FAULTS).map((code) => words()(new CommandFailure(code as CommandError)));
    expect(new Set(said).size).toBe(said.length);
    expect(said.every((one) => /\.$/.test(one) && !one.includes("conversation."))).toBe(true);
  });

  it("says of anything else that something went wrong", () => {
    expect(words()(new TypeError("x"))).toBe(words()(new CommandFailure("failed")));
  });
});

const message = (seq: number, person: string, at: number): Item => ({
  kind: "message",
  id: `m${seq}`,
  seq,
  at,
  person,
  mine: person === "me",
  text: "",
  edited_at: null,
  deleted: false,
  urgent: false,
  reply_to: null,
  mentions: [],
  forwarded_from: null,
  files: [],
  reactions: [],
  pinned: false,
  state: "sent",
  why: null,
  delivered: [],
  read: [],
});

describe("rows", () => {
  const noon = new Date(2026, 0, 5, 12).getTime();
  const minute = 60_000;

  it("parts days, and groups what one person says in a row", () => {
    const rows = rowsOf([message(1, "a", noon), message(2, "a", noon + minute), message(3, "b", noon + 2 * minute), message(4, "b", noon + 20 * minute), message(5, "b", noon + 1_440 * minute)], null);
    expect(rows.map((row) => (row.kind === "message" ? `${row.message.id}${row.first ? " first" : ""}${row.last ? " last" : ""}` : row.kind))).toEqual([
      "day",
      "m1 first",
      "m2 last",
      "m3 first last",
      "m4 first last",
      "day",
      "m5 first last",
    ]);
  });

  const notice = (seq: number, what: "begun" | "subject"): Item => ({ kind: "notice", id: `n${seq}`, seq, at: noon, person: "a", notice: what, persons: [], text: "x" });

  it("says the subject only when it changes", () => {
    const rows = rowsOf([notice(1, "begun"), notice(2, "subject"), message(3, "a", noon), notice(4, "subject")], 1);
    expect(rows.map((row) => (row.kind === "notice" ? row.notice.id : row.kind))).toEqual(["day", "n1", "new", "message", "n4"]);
  });

  it("draws the line above the first message of somebody else that is new", () => {
    const rows = rowsOf([message(1, "a", noon), message(2, "me", noon), message(3, "a", noon)], 2);
    expect(rows.map((row) => (row.kind === "message" ? row.message.id : row.kind))).toEqual(["day", "m1", "m2", "new", "m3"]);
  });
});

const member = (person: string, name: string): Member => ({ person, name, function: "", role: "staff", present: true, keys_changed: false, has_device: true });

describe("mentions", () => {
  const members = [member("jan", "Jan de Boer"), member("ben", "Ben Carter"), member("short", "Jan")];

  it.each([
    ["@", 1, { start: 0, wanted: "" }],
    ["see @jan", 8, { start: 4, wanted: "jan" }],
    ["see @jan de", 11, { start: 4, wanted: "jan de" }],
    ["mail a@b", 8, undefined],
    ["@jan", 0, undefined],
    ["@ jan", 5, undefined],
  ])("looks for a name in %j at %i", (text, caret, found) => {
    expect(mentionAt(text, caret)).toEqual(found);
  });

  it("finds by the beginning of any word of a name", () => {
    expect(fitting(members, "bo").map((one) => one.person)).toEqual(["jan"]);
    expect(fitting(members, "jan").map((one) => one.person)).toEqual(["jan", "short"]);
    expect(fitting(members, "jan de b").map((one) => one.person)).toEqual(["jan"]);
  });

  it("marks the whole name, and links addresses as they are written", () => {
    expect(partsOf("@Jan de Boer and @Jan: see https://a.example/x. @Janet", members, "ben")).toEqual([
      { kind: "mention", text: "@Jan de Boer" },
      { kind: "text", text: " and " },
      { kind: "mention", text: "@Jan" },
      { kind: "text", text: ": see " },
      { kind: "link", text: "https://a.example/x" },
      { kind: "text", text: ". @Janet" },
    ]);
    expect(partsOf("@Ben Carter", members, "ben")).toEqual([{ kind: "me", text: "@Ben Carter" }]);
  });
});

it.each([
  ["Europe/Amsterdam", "en-US", "112"],
  ["America/New_York", "nl-NL", "911"],
  ["UTC", "en-US", "911"],
  ["UTC", "nl-NL", "112"],
  ["", "en-GB", "112"],
])("knows whom to call: %s, %s", (zone, language, number) => {
  expect(emergencyNumber(zone, language)).toBe(number);
});

it("groups the digits of a safety number, however they are parted", () => {
  expect(groupsOf("12345 67890\n12345")).toEqual(["12345", "67890", "12345"]);
  expect(groupsOf("1234567890")).toEqual(["12345", "67890"]);
});
