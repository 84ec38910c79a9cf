/** How far a message of one's own has come. */

import type { Conversation, Member, Reached } from "@/conversations/protocol";
import type { MessageItem } from "./state";
import { talking } from "./words";

export type Reach = "waiting" | "failed" | "sent" | "delivered" | "some_read" | "read";

export interface PersonReach {
  member: Member;
  read: number | null;
  delivered: number | null;
}

const at = (list: readonly Reached[], person: string) => list.find((one) => one.person === person)?.at ?? null;

/** Per person whom it is for; those who have read it first. */
export function reachOfEach(message: MessageItem, conversation: Conversation, me: string): PersonReach[] {
  return talking(conversation)
    .filter((one) => one.person !== me)
    .map((member) => ({ member, read: at(message.read, member.person), delivered: at(message.delivered, member.person) }))
    .sort((a, b) => Number(b.read !== null) - Number(a.read !== null) || Number(b.delivered !== null) - Number(a.delivered !== null));
}

export function reachOf(message: MessageItem, each: readonly PersonReach[]): Reach {
  if (message.state === "waiting") return "waiting";
  if (message.state === "failed") return "failed";
  const read = each.filter((one) => one.read !== null).length;
  if (read > 0) return read === each.length ? "read" : "some_read";
  return each.length > 0 && each.every((one) => one.delivered !== null) ? "delivered" : "sent";
}
