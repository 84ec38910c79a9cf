import { useT } from "@/i18n";
import { Chip } from "@/ui/pieces";
import type { PolicyChange } from "./policyDiff";
import styles from "./admin.module.css";

/** A change of policy in plain words; what weakens it is marked. */
export function Changes({ changes }: { changes: readonly PolicyChange[] }) {
  const t = useT();
  const yes = (on: boolean) => t(on ? "policy.yes" : "policy.no");
  const words = (change: PolicyChange): string => {
    switch (change.kind) {
      case "cell":
        return t("policy.change", {
          what: t("policy.cell", { found: t(`sensitivity.${change.found}`), to: t(`destination.${change.to}`) }),
          from: t(`action.${change.from}`),
          now: t(`action.${change.now}`),
        });
      case "days":
        return t("policy.change", { what: t("policy.days"), from: change.from, now: Number.isNaN(change.now) ? "–" : change.now });
      case "confirm":
        return t("policy.change", { what: t("policy.confirm"), from: yes(change.from), now: yes(change.now) });
      case "four_eyes":
        return t("policy.change", { what: t("policy.fourEyes"), from: yes(change.from), now: yes(change.now) });
    }
  };
  if (changes.length === 0) return <p className="small soft">{t("policy.noChanges")}</p>;
  return (
    <ul className={styles.changes}>
      {changes.map((change, index) => (
        <li key={index}>
          <span>{words(change)}</span>
          {"weaker" in change ? (
            <Chip tone={change.weaker ? "warn" : "ok"}>{t(change.weaker ? "policy.weaker" : "policy.stronger")}</Chip>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
