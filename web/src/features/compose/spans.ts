/** Findings as pieces of the text on the screen. Pure. */

import type { Finding, FindingKind } from "@/api/types";

export interface Piece {
  text: string;
  kinds: FindingKind[];
}

interface Span {
  start: number;
  end: number;
  kind: FindingKind;
}

/** Index in UTF-16 units of each code point of `text`, and of its end. */
function offsets(text: string): number[] {
  const at: number[] = [];
  let index = 0;
  for (const point of text) {
    at.push(index);
    index += point.length;
  }
  at.push(index);
  return at;
}

/**
 * Where the spans found in `before` stand in `now`. What was typed since lies between the common beginning and the
 * common end: spans before it stay, spans after it move, spans that it touches are gone until the next scan.
 */
export function shift(spans: readonly Span[], before: string, now: string): Span[] {
  if (before === now) return [...spans];
  const shorter = Math.min(before.length, now.length);
  let head = 0;
  while (head < shorter && before[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const moved = now.length - before.length;
  return spans.flatMap((span) => {
    if (span.end <= head) return [span];
    if (span.start >= before.length - tail) return [{ ...span, start: span.start + moved, end: span.end + moved }];
    return [];
  });
}

/** Cuts `now` into pieces; `findings` refer to `before`, in code points. */
export function pieces(findings: readonly Finding[], before: string, now: string): Piece[] {
  const at = offsets(before);
  const spans = findings.flatMap(({ start, end, kind }) => {
    const from = at[start];
    const to = at[end];
    return from === undefined || to === undefined || to <= from ? [] : [{ start: from, end: to, kind }];
  });
  const moved = shift(spans, before, now).sort((a, b) => a.start - b.start || a.end - b.end);
  const cuts: Piece[] = [];
  let done = 0;
  for (const span of moved) {
    const last = cuts.at(-1);
    if (span.start < done) {
      // Overlaps the piece before: one mark carries both kinds.
      if (last && !last.kinds.includes(span.kind)) last.kinds.push(span.kind);
      if (last && span.end > done) {
        last.text += now.slice(done, span.end);
        done = span.end;
      }
      continue;
    }
    if (span.start > done) cuts.push({ text: now.slice(done, span.start), kinds: [] });
    cuts.push({ text: now.slice(span.start, span.end), kinds: [span.kind] });
    done = span.end;
  }
  if (done < now.length) cuts.push({ text: now.slice(done), kinds: [] });
  return cuts;
}

export interface Found {
  kind: FindingKind;
  part: Finding["part"];
  count: number;
}

/** The findings counted by kind and place, in the order in which they stand. */
export function summarise(findings: readonly Finding[]): Found[] {
  const all = new Map<string, Found>();
  for (const { kind, part } of findings) {
    const key = `${kind}/${part.part}/${"index" in part ? part.index : ""}`;
    const found = all.get(key);
    if (found) found.count += 1;
    else all.set(key, { kind, part, count: 1 });
  }
  return [...all.values()];
}
