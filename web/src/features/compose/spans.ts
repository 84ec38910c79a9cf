/** Findings as pieces of the text on the screen. Pure. */

import type { Finding } from "@/api/types";
import { offsets } from "@/features/findings/found";

export interface Piece {
  text: string;
  /** What is marked here; several, where findings overlap. */
  findings: Finding[];
}

/** A finding with its place in UTF-16 units. */
export interface Span {
  start: number;
  end: number;
  finding: Finding;
}

/** The findings of a text, from code points to UTF-16 units; what does not fit the text is left out. */
export function locate(findings: readonly Finding[], of: string): Span[] {
  const at = offsets(of);
  return findings
    .flatMap((finding) => {
      const start = at[finding.start];
      const end = at[finding.end];
      return start === undefined || end === undefined || end <= start ? [] : [{ start, end, finding }];
    })
    .sort((a, b) => a.start - b.start || a.end - b.end);
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

/** Cuts `now` into pieces; the spans refer to `before`. */
export function pieces(spans: readonly Span[], before: string, now: string): Piece[] {
  const cuts: Piece[] = [];
  let done = 0;
  for (const span of shift(spans, before, now)) {
    const last = cuts.at(-1);
    if (span.start < done) {
      // Overlaps the piece before: one mark carries both.
      if (last && !last.findings.some((one) => one.kind === span.finding.kind)) last.findings.push(span.finding);
      if (last && span.end > done) {
        last.text += now.slice(done, span.end);
        done = span.end;
      }
      continue;
    }
    if (span.start > done) cuts.push({ text: now.slice(done, span.start), findings: [] });
    cuts.push({ text: now.slice(span.start, span.end), findings: [span.finding] });
    done = span.end;
  }
  if (done < now.length) cuts.push({ text: now.slice(done), findings: [] });
  return cuts;
}

/** The finding as it stands in the text that is on the screen now, in code points; none when it was touched. */
export function inText(finding: Finding, before: string, now: string): { finding: Finding; start: number; end: number } | undefined {
  const [moved] = shift(locate([finding], before), before, now);
  if (!moved) return undefined;
  const start = Array.from(now.slice(0, moved.start)).length;
  const length = Array.from(now.slice(moved.start, moved.end)).length;
  return { finding: { ...finding, start, end: start + length }, start: moved.start, end: moved.end };
}
