import { expect, it } from "vitest";
import type { Policy, PolicyException, PolicyRow } from "@/api/types";
import { policyDiff } from "./policyDiff";

const row: PolicyRow = {
  inside: "send",
  partner: "send",
  verified_tls: "protect",
  pickup: "send",
  incoming: "deliver",
  may_override: false,
};
const policy: Policy = {
  none: row,
  unreadable: row,
  identifier: row,
  health: row,
  health_many: row,
  special: row,
  special_categories: ["hiv_sti", "genetics"],
  many_from: 3,
  pickup_days: 30,
  confirm_first_contact: true,
  four_eyes: true,
  remind_hours: 4,
  vocabulary: { conditions: ["ward seven"], medicines: [], numbers: [], exceptions: [] },
};
const bakker: PolicyException = { text: "Jan Bakker", kind: "PERSON", why: "Our doctor", until: null, added_by: null, added_at: null };

it("finds nothing between equal policies", () => {
  expect(policyDiff(policy, structuredClone(policy))).toEqual([]);
});

it("names each change and whether it weakens", () => {
  const after: Policy = {
    ...policy,
    health: { ...row, verified_tls: "send", pickup: "hold" },
    pickup_days: 7,
    four_eyes: false,
  };
  expect(policyDiff(policy, after)).toEqual([
    { kind: "cell", found: "health", to: "verified_tls", from: "protect", now: "send", weaker: true },
    { kind: "cell", found: "health", to: "pickup", from: "send", now: "hold", weaker: false },
    { kind: "days", from: 30, now: 7 },
    { kind: "four_eyes", from: true, now: false, weaker: true },
  ]);
});

it("knows what weakens among rows, measures and categories", () => {
  const after: Policy = {
    ...policy,
    special: { ...row, incoming: "tell", may_override: true },
    special_categories: ["hiv_sti", "violence"],
    many_from: 5,
  };
  expect(policyDiff(policy, after)).toEqual([
    { kind: "incoming", found: "special", from: "deliver", now: "tell", weaker: false },
    { kind: "override", found: "special", from: false, now: true, weaker: true },
    { kind: "category", category: "genetics", now: false, weaker: true },
    { kind: "category", category: "violence", now: true, weaker: false },
    { kind: "many", from: 3, now: 5, weaker: true },
  ]);
});

it("tells own words, numbers and exceptions apart by what they say", () => {
  const number = { name: "File", pattern: "\\d{6}", checksum: "none", kind: "MRN" } as const;
  const before: Policy = { ...policy, vocabulary: { ...policy.vocabulary, numbers: [number], exceptions: [bakker] } };
  const after: Policy = {
    ...policy,
    vocabulary: {
      conditions: ["Ward Seven"],
      medicines: ["trial 12"],
      numbers: [{ ...number, checksum: "luhn" }],
      exceptions: [{ ...bakker, kind: null }],
    },
  };
  expect(policyDiff(before, after)).toEqual([
    { kind: "word", list: "medicines", word: "trial 12", now: true, weaker: false },
    { kind: "number", name: "File", how: "changed" },
    { kind: "exception", text: "Jan Bakker", how: "added", weaker: true },
    { kind: "exception", text: "Jan Bakker", how: "removed", weaker: false },
  ]);
});
