import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, isProblem } from "@/api/client";
import type { Action, Policy, PolicyVersion } from "@/api/types";
import { useMay } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Check, TextArea, TextField } from "@/ui/Field";
import { Banner, Failure, Skeleton } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import { Changes } from "./PolicyChanges";
import { ACTIONS, DESTINATIONS, policyDiff, SENSITIVITIES } from "./policyDiff";
import { PolicyVersions, versionText } from "./PolicyVersions";
import styles from "./admin.module.css";

export function PolicyEditor() {
  const t = useT();
  const policy = useQuery({
    queryKey: ["policy", "current"],
    queryFn: ({ signal }) => api.get<PolicyVersion>("/policy", undefined, signal),
  });
  return (
    <>
      <header>
        <h1>{t("admin.policy")}</h1>
        <p className="soft">{t("policy.lead")}</p>
      </header>
      {policy.error && !policy.data ? <Failure error={policy.error} onRetry={() => void policy.refetch()} /> : null}
      {policy.isPending ? <Skeleton rows={4} /> : null}
      {policy.data ? <Editor current={policy.data} /> : null}
    </>
  );
}

function Editor({ current }: { current: PolicyVersion }) {
  const t = useT();
  const formats = useFormats();
  const may = useMay();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [draft, setDraft] = useState<Policy>(current.policy);
  const [note, setNote] = useState("");
  const [noteMissing, setNoteMissing] = useState(false);
  const editable = may("policy.edit");
  const changes = policyDiff(current.policy, draft);
  const save = useMutation({
    mutationFn: () => api.put<PolicyVersion>("/policy", { policy: draft, note: note.trim() }, { ifMatch: current.version }),
    onSuccess: () => {
      setNote("");
      tell(t("policy.saved"));
      void client.invalidateQueries({ queryKey: ["policy"] });
    },
    onError: (error) => {
      if (isProblem(error, "version_conflict")) void client.invalidateQueries({ queryKey: ["policy"] });
    },
  });
  const daysOk = Number.isInteger(draft.pickup_days) && draft.pickup_days >= 1 && draft.pickup_days <= 365;
  const submit = () => {
    if (note.trim() === "") setNoteMissing(true);
    else save.mutate();
  };
  return (
    <>
      <section className="panel">
        <p className="small soft">
          {versionText(t, formats, current)}
        </p>
        <Matrix policy={draft} current={current.policy} editable={editable} onChange={setDraft} />
        <div>
          <h2 className="only-read">{t("policy.legend")}</h2>
          <dl className={styles.legend}>
            {ACTIONS.map((action) => (
              <div key={action}>
                <dt>{t(`action.${action}`)}</dt>
                <dd>{t(`actionHelp.${action}`)}</dd>
              </div>
            ))}
          </dl>
        </div>
        {editable ? (
          <>
            <div className={styles.inline}>
              <TextField
                label={t("policy.days")}
                help={t("policy.daysHelp")}
                error={daysOk ? undefined : t("policy.daysHelp")}
                type="number"
                min={1}
                max={365}
                value={Number.isNaN(draft.pickup_days) ? "" : String(draft.pickup_days)}
                onChange={(days) => setDraft({ ...draft, pickup_days: days === "" ? Number.NaN : Number(days) })}
              />
            </div>
            <Check
              label={t("policy.confirm")}
              help={t("policy.confirmHelp")}
              checked={draft.confirm_first_contact}
              onChange={(on) => setDraft({ ...draft, confirm_first_contact: on })}
            />
            <Check
              label={t("policy.fourEyes")}
              help={t("policy.fourEyesHelp")}
              checked={draft.four_eyes}
              onChange={(on) => setDraft({ ...draft, four_eyes: on })}
            />
          </>
        ) : (
          <dl className="facts">
            {(
              [
                ["policy.days", String(draft.pickup_days)],
                ["policy.confirm", t(draft.confirm_first_contact ? "policy.yes" : "policy.no")],
                ["policy.fourEyes", t(draft.four_eyes ? "policy.yes" : "policy.no")],
              ] as const
            ).map(([what, value]) => (
              <div key={what} className="fact">
                <dt>{t(what)}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </section>
      {editable ? (
        <section className="panel">
          <h2>{t("policy.changes")}</h2>
          <Changes changes={changes} />
          {save.error ? (
            isProblem(save.error, "version_conflict") ? (
              <Banner tone="warn" live>
                {t("policy.conflict")}
              </Banner>
            ) : (
              <Failure error={save.error} />
            )
          ) : null}
          {changes.length > 0 ? (
            <>
              <TextArea
                label={t("policy.note")}
                help={t("policy.noteHelp")}
                maxLength={1000}
                value={note}
                onChange={(text) => {
                  setNote(text);
                  setNoteMissing(false);
                }}
                error={noteMissing ? t("policy.noteNeeded") : undefined}
              />
              <div className="row">
                <Button kind="primary" label={t("policy.save")} isDisabled={!daysOk} busy={save.isPending} onPress={submit} />
                <Button kind="quiet" label={t("policy.reset")} onPress={() => setDraft(current.policy)} />
              </div>
            </>
          ) : null}
        </section>
      ) : null}
      <PolicyVersions onUse={editable ? setDraft : undefined} />
    </>
  );
}

function Matrix(props: { policy: Policy; current: Policy; editable: boolean; onChange: (policy: Policy) => void }) {
  const { policy, current, editable } = props;
  const t = useT();
  return (
    <table className={styles.policy}>
      <thead>
        <tr>
          <th scope="col">{t("policy.found")}</th>
          {DESTINATIONS.map((to) => (
            <th key={to} scope="col">
              {t(`destination.${to}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {SENSITIVITIES.map((found) => (
          <tr key={found}>
            <th scope="row">{t(`sensitivity.${found}`)}</th>
            {DESTINATIONS.map((to) => {
              const action = policy[found][to];
              return (
                <td key={to} data-head={t(`destination.${to}`)} data-action={action} data-changed={action !== current[found][to]}>
                  {editable ? (
                    <select
                      aria-label={t("policy.cell", { found: t(`sensitivity.${found}`), to: t(`destination.${to}`) })}
                      value={action}
                      onChange={(event) =>
                        props.onChange({ ...policy, [found]: { ...policy[found], [to]: event.target.value as Action } })
                      }
                    >
                      {ACTIONS.map((one) => (
                        <option key={one} value={one}>
                          {t(`action.${one}`)}
                        </option>
                      ))}
                    </select>
                  ) : (
                    <span className={styles.action}>{t(`action.${action}`)}</span>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
