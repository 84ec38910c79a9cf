/** A timeline as it is shown: days, the line above what is new, notices, and messages in groups of one author. */

import type { Item } from "@/conversations/protocol";
import type { MessageItem, NoticeItem } from "./state";

export type Row =
  | { kind: "day"; key: string; at: number }
  | { kind: "new"; key: string }
  | { kind: "notice"; key: string; notice: NoticeItem }
  | { kind: "message"; key: string; message: MessageItem; first: boolean; last: boolean };

/** Messages of one author within this time stand together. */
const TOGETHER_MS = 5 * 60_000;

/** A subject that came within this time of the beginning was given with it. */
const AT_ONCE_MS = 10_000;

const dayOf = (at: number) => new Date(at).toDateString();

export function rowsOf(items: readonly Item[], unreadFrom: number | null): Row[] {
  const rows: Row[] = [];
  let day = "";
  let divided = unreadFrom === null;
  let before: Item | undefined;
  for (const item of items) {
    // The subject with which it was begun stands at the top.
    const first =
      item.kind === "notice" && item.notice === "subject" && before?.kind === "notice" && before.notice === "begun" && item.at - before.at < AT_ONCE_MS;
    before = item;
    if (first) continue;
    if (dayOf(item.at) !== day) {
      day = dayOf(item.at);
      rows.push({ kind: "day", key: `day ${day} ${item.id}`, at: item.at });
    }
    const others = item.kind === "message" && !item.mine;
    if (!divided && unreadFrom !== null && item.seq !== null && item.seq >= unreadFrom && others) {
      divided = true;
      rows.push({ kind: "new", key: "new" });
    }
    if (item.kind === "notice") {
      rows.push({ kind: "notice", key: item.id, notice: item });
      continue;
    }
    const above = rows.at(-1);
    const joins = above?.kind === "message" && above.message.person === item.person && item.at - above.message.at < TOGETHER_MS;
    if (joins) above.last = false;
    rows.push({ kind: "message", key: item.id, message: item, first: !joins, last: true });
  }
  return rows;
}
