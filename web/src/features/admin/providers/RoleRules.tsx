import { useQuery } from "@tanstack/react-query";
import type { ProviderSettings } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Check, Choice, ErrorLine, TextField } from "@/ui/Field";
import { givenRolesQuery } from "../provisioning/queries";
import styles from "../admin.module.css";
import { FromOutside } from "./FromOutside";
import { offered } from "./settings";

interface Part {
  draft: ProviderSettings;
  onChange: (part: Partial<ProviderSettings>) => void;
  error: string | undefined;
}

/** Roles by what the provider says of a person: one role to a line. */
export function RoleRules({ draft, onChange, error }: Part) {
  const t = useT();
  const roles = useQuery(givenRolesQuery).data ?? [];
  const rules = draft.role_rules;
  type Rule = (typeof rules)[number];
  const set = (n: number, part: Partial<Rule>) => onChange({ role_rules: rules.map((rule, i) => (i === n ? { ...rule, ...part } : rule)) });
  return (
    <section className="panel">
      <h2>{t("providers.rules")}</h2>
      <p className="small soft">{t("providers.rulesHelp")}</p>
      <FromOutside />
      {rules.map((rule, n) => (
        // The lines have no names of their own, and keep their places while one types.
        <fieldset key={n} className={styles.plain}>
          <legend className="only-read">{t("providers.rule", { n: n + 1 })}</legend>
          <div className={styles.inline}>
            <TextField label={t("providers.claim")} autoComplete="off" maxLength={200} value={rule.claim} onChange={(claim) => set(n, { claim })} />
            <TextField label={t("providers.value")} autoComplete="off" maxLength={200} value={rule.value} onChange={(value) => set(n, { value })} />
            <Choice
              label={t("providers.role")}
              value={rule.role_ids[0] ?? ""}
              onChange={(id: string) => set(n, { role_ids: id ? [id] : [] })}
              options={[{ value: "", label: t("security.byRoleChoose") }, ...offered(roles, rule.role_ids, t).map(({ id, name }) => ({ value: id, label: name }))]}
            />
            <Button
              kind="quiet"
              icon="close"
              label={t("providers.ruleRemove")}
              aria-label={t("providers.ruleRemoveN", { n: n + 1 })}
              onPress={() => onChange({ role_rules: rules.filter((_, i) => i !== n) })}
            />
          </div>
        </fieldset>
      ))}
      <ErrorLine text={error} />
      <div className="row">
        <Button small icon="plus" label={t("providers.ruleAdd")} onPress={() => onChange({ role_rules: [...rules, { claim: "groups", value: "", role_ids: [] }] })} />
      </div>
      {rules.length > 0 ? (
        <Check label={t("providers.inStep")} help={t("providers.inStepHelp")} checked={draft.keep_roles_in_step} onChange={(keep_roles_in_step) => onChange({ keep_roles_in_step })} />
      ) : null}
    </section>
  );
}
