import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, isProblem } from "@/api/client";
import type { Policy, PolicyVersion } from "@/api/types";
import { useMay } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { TextArea } from "@/ui/Field";
import { Banner, Failure, Skeleton } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import { Changes } from "./PolicyChanges";
import { Faults } from "./policy/Faults";
import { Matrix } from "./policy/Matrix";
import { Facts, Handling, Measures, measuresHold } from "./policy/Measures";
import { Trial } from "./policy/Trial";
import { Vocabulary } from "./policy/Vocabulary";
import { ACTIONS, policyDiff } from "./policyDiff";
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
    onSuccess: (saved) => {
      setDraft(saved.policy);
      setNote("");
      tell(t("policy.saved"));
      void client.invalidateQueries({ queryKey: ["policy"] });
    },
    onError: (error) => {
      if (isProblem(error, "version_conflict")) void client.invalidateQueries({ queryKey: ["policy"] });
    },
  });
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
        <p className="small soft">{t("policy.strictest")}</p>
        <Legend />
      </section>
      {editable ? (
        <>
          <section className="panel">
            <Measures policy={draft} onChange={setDraft} />
          </section>
          <section className="panel">
            <Handling policy={draft} onChange={setDraft} />
          </section>
        </>
      ) : (
        <section className="panel">
          <Facts policy={draft} />
        </section>
      )}
      <Vocabulary
        own={draft.vocabulary}
        names={current.names}
        editable={editable}
        onChange={(vocabulary) => setDraft({ ...draft, vocabulary })}
      />
      {editable ? <Trial policy={draft} /> : null}
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
              <Faults error={save.error} policy={draft} />
            )
          ) : null}
          {changes.length > 0 ? (
            <>
              <TextArea
                label={t("policy.note")}
                help={t("policy.noteHelp")}
                maxLength={500}
                value={note}
                onChange={(text) => {
                  setNote(text);
                  setNoteMissing(false);
                }}
                error={noteMissing ? t("policy.noteNeeded") : undefined}
              />
              <div className="row">
                <Button kind="primary" label={t("policy.save")} isDisabled={!measuresHold(draft)} busy={save.isPending} onPress={submit} />
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

function Legend() {
  const t = useT();
  return (
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
      <p className="small soft">{t("policy.mayOverrideHelp")}</p>
      <p className="small soft">{t("policy.incomingHelp")}</p>
    </div>
  );
}
