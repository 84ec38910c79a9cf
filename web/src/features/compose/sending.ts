/** What the send button says, and why it may not be pressed yet. Pure. */

import type { PlanAnswer } from "@/api/types";
import type { Translate } from "@/i18n";
import type { Content } from "./editor";
import type { SaveState } from "./useDraftEditor";

export interface Situation {
  content: Content;
  answer: PlanAnswer | null;
  save: SaveState;
  planning: boolean;
  uploading: boolean;
}

export interface SendWords {
  label: string;
  why: string;
  ready: boolean;
}

export function sendWords(t: Translate, { content, answer, save, planning, uploading }: Situation): SendWords {
  const label = sendLabel(t, content, answer);
  const not = (why: string): SendWords => ({ label, why, ready: false });
  if (content.recipients.length === 0) return not(t("compose.whyNobody"));
  if (uploading) return not(t("compose.whyUploads"));
  if (save.kind === "conflict" || save.kind === "failed" || save.kind === "offline") return not(t("compose.whyUnsaved"));
  if (!answer) return not(t("compose.whyPlanning"));
  const { plan } = answer;
  if (plan.action === "block") return not(t("compose.whyBlocked"));
  const count = (code: string) => plan.recipients.filter((one) => one.reasons.some((reason) => reason.code === code)).length;
  const unconfirmed = plan.recipients.filter(
    (one) => one.must_confirm && !content.recipients.some((known) => known.party.address === one.address && known.confirmed),
  ).length;
  if (unconfirmed > 0) return not(t("compose.whyConfirm", { count: unconfirmed }));
  const factors = count("needs_second_factor");
  if (!plan.ready && factors > 0) return not(t("compose.whyFactor", { count: factors }));
  // While typing the last plan stands; sending saves first and the server plans once more.
  if (planning || save.kind !== "saved") return not(t("compose.whyPlanning"));
  const none = plan.recipients.filter((one) => one.route === "none").length;
  if (!plan.ready) return not(none > 0 ? t("compose.whyRoute", { count: none }) : t("compose.whyPlanning"));
  const why = plan.action === "hold" ? t("compose.whyHold") : content.subject.trim() === "" ? t("compose.noSubjectAsk") : "";
  return { label, why, ready: true };
}

function sendLabel(t: Translate, content: Content, answer: PlanAnswer | null): string {
  const count = content.recipients.length;
  if (!answer || count === 0) return t("compose.sendPlain");
  if (answer.plan.action === "hold") return t("compose.sendHold");
  const pickup = answer.plan.recipients.filter((one) => one.route === "pickup").length;
  if (pickup === count) return t("compose.sendAllPickup", { count });
  return pickup > 0 ? t("compose.sendPickup", { count, pickup }) : t("compose.send", { count });
}
