import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { IdentityProof, PersonLine, RecoveryAsked } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/CopyButton";
import { Dialog } from "@/ui/Dialog";
import { Segments, TextField } from "@/ui/Field";
import { Failure } from "@/ui/pieces";
import { StepUp, needsStepUp } from "@/ui/StepUp";
import styles from "./admin.module.css";

/** Asks for the recovery of an account in use: who asks gets the link, a colleague who consents gets the code. */
export function AskRecovery({ person, onClose }: { person: PersonLine; onClose: () => void }) {
  const t = useT();
  const [proof, setProof] = useState<IdentityProof>("in_person");
  const [reason, setReason] = useState("");
  const ask = useMutation({
    mutationFn: () => api.post<RecoveryAsked>(`/people/${person.id}/recovery`, { proof, reason: reason.trim() }),
  });
  if (needsStepUp(ask.error)) return <StepUp onDone={() => ask.mutate()} onClose={() => ask.reset()} />;
  if (ask.data) {
    return (
      <Dialog
        title={t("recovery.asked", { name: person.name })}
        isOpen
        onClose={onClose}
        insist
        actions={<Button kind="primary" label={t("do.close")} onPress={onClose} />}
      >
        <p>{t("recovery.askedText", { name: person.name })}</p>
        <p className={styles.link}>
          <code>{ask.data.link}</code>
        </p>
        <CopyButton text={ask.data.link} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={t("recovery.askTitle", { name: person.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button
            kind="primary"
            label={t("recovery.ask")}
            busy={ask.isPending}
            isDisabled={reason.trim().length < 3}
            onPress={() => ask.mutate()}
          />
        </>
      }
    >
      <p>{t("recovery.askText", { name: person.name })}</p>
      <Segments
        label={t("recovery.proof")}
        showLabel
        value={proof}
        onChange={setProof}
        options={(["in_person", "video", "document"] as const).map((value) => ({ value, label: t(`recovery.proof.${value}`) }))}
      />
      <TextField label={t("recovery.reason")} autoComplete="off" maxLength={500} value={reason} onChange={setReason} required />
      {ask.error ? <Failure error={ask.error} /> : null}
    </Dialog>
  );
}
