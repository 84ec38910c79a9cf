/** What differs between two policies. Pure. */

import type { Action, Destination, Policy, Sensitivity } from "@/api/types";

export const SENSITIVITIES: readonly Sensitivity[] = ["none", "unreadable", "identifier", "health", "health_many"];
export const DESTINATIONS: readonly Destination[] = ["inside", "partner", "verified_tls", "pickup"];
export const ACTIONS: readonly Action[] = ["send", "protect", "hold", "block"];

export type PolicyChange =
  | { kind: "cell"; found: Sensitivity; to: Destination; from: Action; now: Action; weaker: boolean }
  | { kind: "days"; from: number; now: number }
  | { kind: "confirm" | "four_eyes"; from: boolean; now: boolean; weaker: boolean };

export function policyDiff(before: Policy, after: Policy): PolicyChange[] {
  const changes: PolicyChange[] = [];
  for (const found of SENSITIVITIES)
    for (const to of DESTINATIONS) {
      const from = before[found][to];
      const now = after[found][to];
      if (from !== now) changes.push({ kind: "cell", found, to, from, now, weaker: ACTIONS.indexOf(now) < ACTIONS.indexOf(from) });
    }
  if (before.pickup_days !== after.pickup_days) changes.push({ kind: "days", from: before.pickup_days, now: after.pickup_days });
  const flags = [
    ["confirm", before.confirm_first_contact, after.confirm_first_contact],
    ["four_eyes", before.four_eyes, after.four_eyes],
  ] as const;
  for (const [kind, from, now] of flags) if (from !== now) changes.push({ kind, from, now, weaker: from });
  return changes;
}
