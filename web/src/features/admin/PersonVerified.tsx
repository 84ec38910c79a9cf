import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { IdentityDocument, PersonLine, Verification } from "@/api/types";
import { useSession } from "@/app/session";
import { IDENTITY_DOCUMENTS } from "@/features/care/documents";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Choice } from "@/ui/Field";
import { Failure } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import styles from "./admin.module.css";

/** What was checked of a colleague, and the recording of an identity check; nobody checks their own. */
export function PersonVerified({ person }: { person: PersonLine }) {
  const t = useT();
  const formats = useFormats();
  const client = useQueryClient();
  const { tell } = useVoice();
  const me = useSession().person.id;
  const [document, setDocument] = useState<IdentityDocument>("id_card");
  const queryKey = ["people", person.id, "verification"];
  const all = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.get<Verification>(`/people/${person.id}/verification`, undefined, signal),
  });
  const check = useMutation({
    mutationFn: () => api.post(`/people/${person.id}/identity-check`, { document }),
    onSuccess: () => {
      tell(t("people.identityChecked", { name: person.name }));
      void client.invalidateQueries({ queryKey });
    },
  });
  const it = all.data;
  const lines = it
    ? [
        it.email_at ? t("people.verifiedEmail", { when: formats.short(it.email_at) }) : null,
        it.phone && it.phone_at ? t("people.verifiedPhone", { phone: it.phone, when: formats.short(it.phone_at) }) : null,
        it.identity_checked_by && it.identity_checked_at
          ? t("people.verifiedIdentity", {
              document: t(`identity.${it.identity_checked_by}`),
              when: formats.short(it.identity_checked_at),
              who: it.identity_checked_by_name ?? "",
            })
          : null,
      ].filter((line) => line !== null)
    : [];
  const failed = check.error ?? all.error;
  return (
    <section className={styles.check} aria-label={t("people.verified")}>
      <h3 className="field-label">{t("people.verified")}</h3>
      {it && lines.length === 0 ? <p className="small soft">{t("people.verifiedNothing")}</p> : null}
      {lines.length > 0 ? (
        <ul className={styles.passkeys}>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      ) : null}
      {me === person.id ? null : (
        <>
          <Choice
            label={t("identity.seen")}
            help={t("identity.seenHelp")}
            value={document}
            onChange={setDocument}
            options={IDENTITY_DOCUMENTS.map((value) => ({ value, label: t(`identity.${value}`) }))}
          />
          <Button icon="check" label={t("people.checkIdentity")} busy={check.isPending} onPress={() => check.mutate()} />
        </>
      )}
      {failed ? <Failure error={failed} /> : null}
    </section>
  );
}
