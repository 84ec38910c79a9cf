import { useT } from "@/i18n";
import { Chip } from "@/ui/pieces";
import styles from "../admin.module.css";
import type { FactChange } from "./facts";

/** A change of the security policy in plain words; what weakens it is marked. */
export function FactChanges({ changes }: { changes: readonly FactChange[] }) {
  const t = useT();
  if (changes.length === 0) return <p className="small soft">{t("policy.noChanges")}</p>;
  return (
    <ul className={styles.changes}>
      {changes.map((change) => (
        <li key={change.id}>
          <span>{t("policy.change", { what: change.label, from: change.from, now: change.now })}</span>
          {change.weaker === undefined ? null : (
            <Chip tone={change.weaker ? "warn" : "ok"}>{t(change.weaker ? "policy.weaker" : "policy.stronger")}</Chip>
          )}
        </li>
      ))}
    </ul>
  );
}
