/** Conversations and what happened in them, in words. */

import type { Conversation, Member } from "@/conversations/protocol";
import type { Formats, Translate } from "@/i18n";
import type { NoticeItem } from "./state";

export const iso = (at: number): string => new Date(at).toISOString();

export const nameIn = (members: readonly Member[], person: string, t: Translate): string =>
  members.find((one) => one.person === person)?.name ?? t("conversation.somebody");

/** Those who are in it now, and talk. */
export const talking = (conversation: { members: readonly Member[] }): Member[] =>
  conversation.members.filter((one) => one.present && one.role !== "custodian");

export const custodian = (conversation: Conversation): Member | undefined =>
  conversation.members.find((one) => one.present && one.role === "custodian");

/** Everybody but oneself; who is left of a conversation that others have left. */
function others(conversation: Conversation, me: string): Member[] {
  const here = talking(conversation).filter((one) => one.person !== me);
  return here.length > 0 ? here : conversation.members.filter((one) => one.person !== me && one.role !== "custodian");
}

/** The subject, else who is in it. */
export function titleOf(conversation: Conversation, me: string, t: Translate, formats: Formats): string {
  if (conversation.subject) return conversation.subject;
  const names = others(conversation, me).map((one) => one.name);
  return names.length > 0 ? formats.list(names) : t("conversation.onlyYou");
}

export function noticeText(notice: NoticeItem, members: readonly Member[], me: string, t: Translate, formats: Formats): string {
  const who = notice.person === me ? t("conversation.you") : nameIn(members, notice.person, t);
  const names = formats.list(notice.persons.map((one) => (one === me ? t("conversation.youObject") : nameIn(members, one, t))));
  return t(`conversation.notice.${notice.notice}`, { who, names, text: notice.text ?? "" });
}
