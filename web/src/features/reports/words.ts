import type { FindingKind, ReportTopic } from "@/api/types";
import { useT, type MessageKey } from "@/i18n";
import { KINDS, whyUnread } from "@/words/findings";

const VERDICTS = ["none", "unreadable", "identifier", "health", "health_many"] as const;
const ACTIONS = ["sent", "protected", "held", "blocked", "released", "refused"] as const;
const ALARMS = ["reported", "accepted", "dismissed"] as const;
const SPECIAL = ["hiv_sti", "mental_health", "addiction", "genetics", "reproductive", "violence"] as const;

/** An item of a report in words; what this version does not know yet stays as it is named. */
export function useItemWords(): (topic: ReportTopic, item: string) => string {
  const t = useT();
  const among = <T extends string>(known: readonly T[], item: string, key: (item: T) => MessageKey) => {
    const found = known.find((one) => one === item);
    return found === undefined ? item : t(key(found));
  };
  return (topic, item) => {
    switch (topic) {
      case "verdict":
      case "override":
        return among(VERDICTS, item, (one) => `sensitivity.${one}`);
      case "kind":
      case "spans":
        return among<FindingKind>(KINDS, item, (one) => `finding.${one}`);
      case "special":
        return among(SPECIAL, item, (one) => `report.special.${one}`);
      case "action":
        return among(ACTIONS, item, (one) => `report.action.${one}`);
      case "false_alarm":
        return among(ALARMS, item, (one) => `report.alarm.${one}`);
      case "unreadable":
        return whyUnread(t, item);
      case "messages":
        return item;
    }
  };
}
