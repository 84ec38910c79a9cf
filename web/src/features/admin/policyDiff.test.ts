import { expect, it } from "vitest";
import type { Policy, PolicyRow } from "@/api/types";
import { policyDiff } from "./policyDiff";

const row: PolicyRow = { inside: "send", partner: "send", verified_tls: "protect", pickup: "send" };
const policy: Policy = {
  none: row,
  unreadable: row,
  identifier: row,
  health: row,
  health_many: row,
  pickup_days: 30,
  confirm_first_contact: true,
  four_eyes: true,
};

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
