/** What was found, as the lists show it: each text once, with where it stands and why. Pure. */

import type { Finding, FindingKind, Sensitivity } from "@/api/types";
import { isTied, LOOKS, lookOf, type Look } from "@/words/findings";

export interface Texts {
  subject: string;
  text: string;
}

export interface Item {
  key: string;
  kind: FindingKind;
  /** The words that were marked; none for what stands in an attachment, whose text is not shown here. */
  text: string | undefined;
  /** Place among the attachments. */
  file: number | undefined;
  place: Finding["part"]["part"];
  reason: string;
  /** It is tied to health information. */
  tied: boolean;
  findings: Finding[];
}

export interface Group {
  look: Look;
  items: Item[];
}

/** Index in UTF-16 units of each code point of `text`, and of its end. */
export function offsets(text: string): number[] {
  const at: number[] = [];
  let index = 0;
  for (const point of text) {
    at.push(index);
    index += point.length;
  }
  at.push(index);
  return at;
}

/** The findings by look; the same words of the same kind are one item, what is tied to health comes first. */
export function groupsOf(findings: readonly Finding[], texts: Texts): Group[] {
  const places = { subject: offsets(texts.subject), body: offsets(texts.text) };
  const items = new Map<string, Item>();
  for (const finding of findings) {
    const { part, kind, start, end } = finding;
    const within = part.part === "subject" || part.part === "body" ? part.part : undefined;
    const text = within ? (within === "subject" ? texts.subject : texts.text).slice(places[within][start], places[within][end]) : undefined;
    const file = "index" in part ? part.index : undefined;
    const key = `${kind}/${text === undefined ? `${part.part}/${file}` : text.toLowerCase()}`;
    const known = items.get(key);
    if (!known) items.set(key, { key, kind, text, file, place: part.part, reason: finding.reason, tied: isTied(finding), findings: [finding] });
    else {
      known.findings.push(finding);
      if (!known.tied && isTied(finding)) {
        known.tied = true;
        known.reason = finding.reason;
      }
    }
  }
  return LOOKS.map((look) => ({
    look,
    items: [...items.values()].filter((item) => lookOf(item.kind) === look).sort((a, b) => Number(b.tied) - Number(a.tied)),
  })).filter((group) => group.items.length > 0);
}

/** What is counted in the short summary: names, dates of birth, other details, diagnoses … */
export type Counted = "person" | "DOB" | "number" | "DIAGNOSIS" | "MEDICATION" | "LAB" | "unreadable";
const COUNTED = ["person", "DOB", "number", "DIAGNOSIS", "MEDICATION", "LAB", "unreadable"] as const satisfies readonly Counted[];

function countedAs(kind: FindingKind): Counted {
  if (kind === "DOB" || kind === "DIAGNOSIS" || kind === "MEDICATION" || kind === "LAB") return kind;
  const look = lookOf(kind);
  return look === "health" ? "DIAGNOSIS" : look;
}

/** How many of each, none left out: different words, not how often they stand there. */
export function countsOf(groups: readonly Group[]): { counted: Counted; count: number }[] {
  const counts = new Map<Counted, number>();
  for (const { items } of groups) {
    for (const item of items) {
      const counted = countedAs(item.kind);
      // What is in a file is known by kind only: there each finding counts.
      counts.set(counted, (counts.get(counted) ?? 0) + (item.text === undefined ? item.findings.length : 1));
    }
  }
  return COUNTED.flatMap((counted) => {
    const count = counts.get(counted);
    return count === undefined ? [] : [{ counted, count }];
  });
}

export type Claim = "not_patient" | "not_health" | "not_number" | "not_personal";

/** What one says of a finding that is none: one word for each kind, so that one press is enough. */
export function claimOf(kind: FindingKind): Claim | undefined {
  switch (kind) {
    case "UNREADABLE":
      return undefined;
    case "PERSON":
      return "not_patient";
    case "DIAGNOSIS":
    case "MEDICATION":
    case "LAB":
      return "not_health";
    case "DOB":
    case "DATE":
    case "PHONE":
    case "EMAIL":
    case "ADDRESS":
    case "IP":
    case "URL":
      return "not_personal";
    default:
      return "not_number";
  }
}

/** Longest text that the server takes as a false alarm. */
export const ALARM_LONGEST = 200;

export const isQuiet = (sensitivity: Sensitivity): boolean => sensitivity === "none";
