import { useT, type Translate } from "@/i18n";
import { Chip } from "@/ui/pieces";
import { ruleText } from "@/words/rules";
import type { PolicyChange } from "./policyDiff";
import styles from "./admin.module.css";

const HOW = { added: "policy.changeAdded", removed: "policy.changeRemoved", changed: "policy.changeChanged" } as const;

function changeText(t: Translate, change: PolicyChange): string {
  const yes = (on: boolean) => t(on ? "policy.yes" : "policy.no");
  const told = (what: string, from: string | number, now: string | number) => t("policy.change", { what, from, now });
  const number = (value: number) => (Number.isNaN(value) ? "–" : value);
  switch (change.kind) {
    case "cell": {
      const what = t("policy.cell", { found: ruleText(t, change.found), to: t(`destination.${change.to}`) });
      return told(what, t(`action.${change.from}`), t(`action.${change.now}`));
    }
    case "incoming":
      return told(
        t("policy.incomingCell", { found: ruleText(t, change.found) }),
        t(`incoming.${change.from}`),
        t(`incoming.${change.now}`),
      );
    case "override":
      return told(t("policy.mayOverrideCell", { found: ruleText(t, change.found) }), yes(change.from), yes(change.now));
    case "category":
      return told(t("policy.changeCategory", { category: t(`special.${change.category}`) }), yes(!change.now), yes(change.now));
    case "many":
      return told(t("policy.many"), number(change.from), number(change.now));
    case "days":
      return told(t("policy.days"), number(change.from), number(change.now));
    case "remind": {
      const hours = (value: number) => (value === 0 ? t("policy.never") : number(value));
      return told(t("policy.remind"), hours(change.from), hours(change.now));
    }
    case "confirm":
      return told(t("policy.confirm"), yes(change.from), yes(change.now));
    case "four_eyes":
      return told(t("policy.fourEyes"), yes(change.from), yes(change.now));
    case "word": {
      const what = t("policy.changeWord", { list: t(`policy.${change.list}`), word: change.word });
      return `${t(change.now ? HOW.added : HOW.removed)} – ${what}`;
    }
    case "number":
      return `${t(HOW[change.how])} – ${t("policy.changeNumber", { name: change.name })}`;
    case "exception":
      return `${t(HOW[change.how])} – ${t("policy.changeException", { text: change.text })}`;
  }
}

/** A change of policy in plain words; what weakens it is marked. */
export function Changes({ changes }: { changes: readonly PolicyChange[] }) {
  const t = useT();
  if (changes.length === 0) return <p className="small soft">{t("policy.noChanges")}</p>;
  return (
    <ul className={styles.changes}>
      {changes.map((change, index) => (
        <li key={index}>
          <span>{changeText(t, change)}</span>
          {"weaker" in change ? (
            <Chip tone={change.weaker ? "warn" : "ok"}>{t(change.weaker ? "policy.weaker" : "policy.stronger")}</Chip>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
