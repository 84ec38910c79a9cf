import type { Action, Incoming, Policy, PolicyRow, Rule } from "@/api/types";
import { useT } from "@/i18n";
import { RULES, ruleText } from "@/words/rules";
import { ACTIONS, DESTINATIONS, INCOMING } from "../policyDiff";
import styles from "../admin.module.css";

interface Props {
  policy: Policy;
  current: Policy;
  editable: boolean;
  onChange: (policy: Policy) => void;
}

/** What happens to what, by destination: a row for each severity. */
export function Matrix(props: Props) {
  const t = useT();
  return (
    <div className={styles.scroller}>
      <table className={styles.policy}>
        <thead>
          <tr>
            <th scope="col">{t("policy.found")}</th>
            {DESTINATIONS.map((to) => (
              <th key={to} scope="col">
                {t(`destination.${to}`)}
              </th>
            ))}
            <th scope="col">{t("policy.mayOverride")}</th>
            <th scope="col">{t("policy.incoming")}</th>
          </tr>
        </thead>
        <tbody>
          {RULES.map((found) => (
            <Row key={found} found={found} {...props} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ found, policy, current, editable, onChange }: Props & { found: Rule }) {
  const t = useT();
  const [row, was] = [policy[found], current[found]];
  const change = (part: Partial<PolicyRow>) => onChange({ ...policy, [found]: { ...row, ...part } });
  const name = ruleText(t, found);
  // Where nothing is protected or held there is nothing to override.
  const overridable = DESTINATIONS.some((to) => row[to] === "protect" || row[to] === "hold");
  return (
    <tr>
      <th scope="row">{name}</th>
      {DESTINATIONS.map((to) => (
        <td key={to} data-head={t(`destination.${to}`)} data-action={row[to]} data-changed={row[to] !== was[to]}>
          <Cell
            label={t("policy.cell", { found: name, to: t(`destination.${to}`) })}
            editable={editable}
            value={row[to]}
            options={ACTIONS.map((one) => ({ value: one, label: t(`action.${one}`) }))}
            onChange={(action: Action) => change({ [to]: action })}
          />
        </td>
      ))}
      <td data-head={t("policy.mayOverride")} data-changed={row.may_override !== was.may_override}>
        {editable ? (
          <input
            type="checkbox"
            aria-label={t("policy.mayOverrideCell", { found: name })}
            checked={row.may_override}
            disabled={!overridable && !row.may_override}
            onChange={(event) => change({ may_override: event.target.checked })}
          />
        ) : (
          t(row.may_override ? "policy.yes" : "policy.no")
        )}
      </td>
      <td data-head={t("policy.incoming")} data-action={row.incoming === "tell" ? "protect" : "send"} data-changed={row.incoming !== was.incoming}>
        <Cell
          label={t("policy.incomingCell", { found: name })}
          editable={editable}
          value={row.incoming}
          options={INCOMING.map((one) => ({ value: one, label: t(`incoming.${one}`) }))}
          onChange={(incoming: Incoming) => change({ incoming })}
        />
      </td>
    </tr>
  );
}

function Cell<T extends string>(props: {
  label: string;
  editable: boolean;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}) {
  if (!props.editable) {
    return <span className={styles.action}>{props.options.find((one) => one.value === props.value)?.label}</span>;
  }
  return (
    <select aria-label={props.label} value={props.value} onChange={(event) => props.onChange(event.target.value as T)}>
      {props.options.map((one) => (
        <option key={one.value} value={one.value}>
          {one.label}
        </option>
      ))}
    </select>
  );
}
