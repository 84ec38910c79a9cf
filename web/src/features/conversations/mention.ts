/** Names after an @. */

import type { Member } from "@/conversations/protocol";

export interface MentionAt {
  /** Where the @ stands. */
  start: number;
  /** What has been typed of the name. */
  wanted: string;
}

/** How many words of a name are looked at, and how many names are shown. */
const LONGEST = 40;
const MOST = 6;

/** The name that is being typed before the caret, if one is. */
export function mentionAt(text: string, caret: number): MentionAt | undefined {
  const start = caret > 0 ? text.lastIndexOf("@", caret - 1) : -1;
  if (start < 0 || caret - start > LONGEST) return undefined;
  // An address has letters before its @.
  if (start > 0 && !/[\s([{"']/.test(text[start - 1] ?? "")) return undefined;
  const wanted = text.slice(start + 1, caret);
  return /^[\p{L}\p{N}'. -]*$/u.test(wanted) && !wanted.startsWith(" ") && !wanted.includes("  ") ? { start, wanted } : undefined;
}

/** Those whose name has a word that begins so, or begins so as a whole. */
export function fitting(members: readonly Member[], wanted: string): Member[] {
  const low = wanted.toLocaleLowerCase();
  return members
    .filter((one) => {
      const name = one.name.toLocaleLowerCase();
      return name.startsWith(low) || name.split(/\s+/).some((word) => word.startsWith(low));
    })
    .slice(0, MOST);
}
