import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, isProblem } from "@/api/client";
import type { SecurityPolicy, SecurityVersion } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { TextArea } from "@/ui/Field";
import { Banner, Failure, Skeleton } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import { Access } from "./Access";
import { Ages, bandsAreSound } from "./Ages";
import { FactChanges } from "./FactChanges";
import { Keys } from "./Keys";
import { NumberField } from "./NumberField";
import { Passwords } from "./Passwords";
import { Times } from "./Times";
import { SecurityVersions } from "./Versions";
import { useFactChanges } from "./words";
import { Zones } from "./Zones";
import styles from "../admin.module.css";

export function Security() {
  const t = useT();
  const policy = useQuery({
    queryKey: ["policy", "security"],
    queryFn: ({ signal }) => api.get<SecurityVersion>("/security-policy", undefined, signal),
  });
  return (
    <>
      <header>
        <h1>{t("admin.security")}</h1>
        <p className="soft">{t("security.lead")}</p>
      </header>
      {policy.error && !policy.data ? <Failure error={policy.error} onRetry={() => void policy.refetch()} /> : null}
      {policy.isPending ? <Skeleton rows={4} /> : null}
      {policy.data ? <Editor current={policy.data} /> : null}
    </>
  );
}

function Editor({ current }: { current: SecurityVersion }) {
  const t = useT();
  const formats = useFormats();
  const [draft, setDraft] = useState<SecurityPolicy>(current.policy);
  return (
    <div className={`${styles.sections} split`}>
      <p className="small soft">
        {current.changed_by_name
          ? t("policy.version", { version: current.version, when: formats.full(current.changed_at), name: current.changed_by_name })
          : t("policy.versionFirst")}
      </p>
      <Times sessions={draft.sessions} onChange={(sessions) => setDraft({ ...draft, sessions })} />
      <Passwords password={draft.password} onChange={(password) => setDraft({ ...draft, password })} />
      <Keys policy={draft} onChange={setDraft} />
      <Zones policy={draft} onChange={setDraft} />
      <Access access={draft.access} onChange={(access) => setDraft({ ...draft, access })} />
      <section className="panel">
        <h2>{t("security.review")}</h2>
        <NumberField
          label={t("security.reviewMonths")}
          least={1}
          most={24}
          value={draft.review.months}
          onChange={(months) => setDraft({ ...draft, review: { months } })}
        />
      </section>
      <Ages ages={draft.ages} onChange={(ages) => setDraft({ ...draft, ages })} />
      <Save current={current} draft={draft} onDraft={setDraft} />
      <SecurityVersions onUse={setDraft} />
    </div>
  );
}

/** Numbers in a policy, at whatever depth, are whole: none is left to be typed. */
function complete(value: unknown): boolean {
  if (typeof value === "number") return Number.isInteger(value);
  return value === null || typeof value !== "object" || Object.values(value).every(complete);
}

function Save(props: { current: SecurityVersion; draft: SecurityPolicy; onDraft: (policy: SecurityPolicy) => void }) {
  const { current, draft } = props;
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [note, setNote] = useState("");
  const [noteMissing, setNoteMissing] = useState(false);
  const changes = useFactChanges(current.policy, draft);
  const save = useMutation({
    mutationFn: () =>
      api.put<SecurityVersion>("/security-policy", { policy: draft, note: note.trim() }, { ifMatch: current.version }),
    onSuccess: (saved) => {
      setNote("");
      props.onDraft(saved.policy);
      tell(t("security.saved"));
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
    <section className="panel">
      <h2>{t("policy.changes")}</h2>
      <FactChanges changes={changes} />
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
            maxLength={500}
            value={note}
            onChange={(text) => {
              setNote(text);
              setNoteMissing(false);
            }}
            error={noteMissing ? t("policy.noteNeeded") : undefined}
          />
          <div className="row">
            <Button
              kind="primary"
              label={t("policy.save")}
              isDisabled={!complete(draft) || !bandsAreSound(draft.ages.bands)}
              busy={save.isPending}
              onPress={submit}
            />
            <Button kind="quiet" label={t("policy.reset")} onPress={() => props.onDraft(current.policy)} />
          </div>
        </>
      ) : null}
    </section>
  );
}
