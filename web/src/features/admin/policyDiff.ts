/** What differs between two policies. Pure. */

import type { Action, Destination, Incoming, OwnNumber, Policy, PolicyException, Rule, SpecialCategory } from "@/api/types";
import { RULES } from "@/words/rules";

export const DESTINATIONS: readonly Destination[] = ["inside", "partner", "verified_tls", "pickup"];
export const ACTIONS: readonly Action[] = ["send", "protect", "hold", "block"];
export const INCOMING: readonly Incoming[] = ["deliver", "tell"];
export const CATEGORIES: readonly SpecialCategory[] = ["hiv_sti", "mental_health", "addiction", "genetics", "reproductive", "violence"];

export type PolicyChange =
  | { kind: "cell"; found: Rule; to: Destination; from: Action; now: Action; weaker: boolean }
  | { kind: "incoming"; found: Rule; from: Incoming; now: Incoming; weaker: boolean }
  | { kind: "override"; found: Rule; from: boolean; now: boolean; weaker: boolean }
  | { kind: "category"; category: SpecialCategory; now: boolean; weaker: boolean }
  | { kind: "many"; from: number; now: number; weaker: boolean }
  | { kind: "days" | "remind"; from: number; now: number }
  | { kind: "confirm" | "four_eyes"; from: boolean; now: boolean; weaker: boolean }
  | { kind: "word"; list: "conditions" | "medicines"; word: string; now: boolean; weaker: boolean }
  | { kind: "number"; name: string; how: "added" | "removed" | "changed"; weaker?: boolean }
  | { kind: "exception"; text: string; how: "added" | "removed" | "changed"; weaker?: boolean };

export function policyDiff(before: Policy, after: Policy): PolicyChange[] {
  const changes: PolicyChange[] = [];
  for (const found of RULES) rowDiff(changes, found, before, after);
  for (const category of CATEGORIES) {
    const now = after.special_categories.includes(category);
    if (before.special_categories.includes(category) !== now) changes.push({ kind: "category", category, now, weaker: !now });
  }
  if (before.many_from !== after.many_from)
    changes.push({ kind: "many", from: before.many_from, now: after.many_from, weaker: after.many_from > before.many_from });
  if (before.pickup_days !== after.pickup_days) changes.push({ kind: "days", from: before.pickup_days, now: after.pickup_days });
  if (before.remind_hours !== after.remind_hours)
    changes.push({ kind: "remind", from: before.remind_hours, now: after.remind_hours });
  const flags = [
    ["confirm", before.confirm_first_contact, after.confirm_first_contact],
    ["four_eyes", before.four_eyes, after.four_eyes],
  ] as const;
  for (const [kind, from, now] of flags) if (from !== now) changes.push({ kind, from, now, weaker: from });
  vocabularyDiff(changes, before, after);
  return changes;
}

function rowDiff(changes: PolicyChange[], found: Rule, before: Policy, after: Policy) {
  const [old, row] = [before[found], after[found]];
  for (const to of DESTINATIONS) {
    const [from, now] = [old[to], row[to]];
    if (from !== now) changes.push({ kind: "cell", found, to, from, now, weaker: ACTIONS.indexOf(now) < ACTIONS.indexOf(from) });
  }
  if (old.incoming !== row.incoming)
    changes.push({ kind: "incoming", found, from: old.incoming, now: row.incoming, weaker: row.incoming === "deliver" });
  if (old.may_override !== row.may_override)
    changes.push({ kind: "override", found, from: old.may_override, now: row.may_override, weaker: row.may_override });
}

const plain = (text: string) => text.trim().toLowerCase();
export const sameException = (a: PolicyException, b: PolicyException) => plain(a.text) === plain(b.text) && a.kind === b.kind;
const sameNumber = (a: OwnNumber, b: OwnNumber) => plain(a.name) === plain(b.name);

function vocabularyDiff(changes: PolicyChange[], { vocabulary: before }: Policy, { vocabulary: after }: Policy) {
  for (const list of ["conditions", "medicines"] as const) {
    const [old, words] = [before[list], after[list]].map((all) => new Map(all.map((word) => [plain(word), word])));
    for (const [key, word] of words ?? []) if (!old?.has(key)) changes.push({ kind: "word", list, word, now: true, weaker: false });
    for (const [key, word] of old ?? []) if (!words?.has(key)) changes.push({ kind: "word", list, word, now: false, weaker: true });
  }
  for (const one of after.numbers) {
    const was = before.numbers.find((old) => sameNumber(old, one));
    if (!was) changes.push({ kind: "number", name: one.name, how: "added", weaker: false });
    else if (was.pattern !== one.pattern || was.checksum !== one.checksum || was.kind !== one.kind)
      changes.push({ kind: "number", name: one.name, how: "changed" });
  }
  for (const one of before.numbers)
    if (!after.numbers.some((now) => sameNumber(now, one)))
      changes.push({ kind: "number", name: one.name, how: "removed", weaker: true });
  for (const one of after.exceptions) {
    const was = before.exceptions.find((old) => sameException(old, one));
    if (!was) changes.push({ kind: "exception", text: one.text, how: "added", weaker: true });
    else if (was.until !== one.until || was.why !== one.why) changes.push({ kind: "exception", text: one.text, how: "changed" });
  }
  for (const one of before.exceptions)
    if (!after.exceptions.some((now) => sameException(now, one)))
      changes.push({ kind: "exception", text: one.text, how: "removed", weaker: false });
}
