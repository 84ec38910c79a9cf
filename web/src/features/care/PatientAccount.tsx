import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { IdentityDocument, Patient } from "@/api/types";
import { useFormats, useT, type MessageKey } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Choice, TextField } from "@/ui/Field";
import { Failure } from "@/ui/pieces";
import { IDENTITY_DOCUMENTS } from "./documents";

/** The account by which the patient sees who looked; tied after their identity was checked. */
export function PatientAccount({ patient }: { patient: Patient }) {
  const t = useT();
  const formats = useFormats();
  const client = useQueryClient();
  const [linking, setLinking] = useState(false);
  const done = () => void client.invalidateQueries({ queryKey: ["patients"] });
  const unlink = useMutation({
    mutationFn: () => api.delete(`/patients/${patient.id}/account`, { ifMatch: patient.version }),
    onSuccess: done,
  });
  return (
    <section className="panel">
      <header className="page-head">
        <div>
          <h2>{t("care.account")}</h2>
          {patient.account ? <p>{patient.account}</p> : <p className="soft">{t("care.accountNone")}</p>}
          {patient.account && patient.identity_checked_by && patient.identity_checked_at ? (
            <p className="small soft">
              {t("care.accountChecked", {
                document: t(`identity.${patient.identity_checked_by}` as MessageKey),
                when: formats.full(patient.identity_checked_at),
              })}
            </p>
          ) : null}
        </div>
        {patient.account ? (
          <Button label={t("care.accountUnlink")} busy={unlink.isPending} onPress={() => unlink.mutate()} />
        ) : (
          <Button icon="plus" label={t("care.accountLink")} onPress={() => setLinking(true)} />
        )}
      </header>
      {unlink.error ? <Failure error={unlink.error} /> : null}
      {linking ? <LinkDialog patient={patient} onDone={done} onClose={() => setLinking(false)} /> : null}
    </section>
  );
}

function LinkDialog({ patient, onDone, onClose }: { patient: Patient; onDone: () => void; onClose: () => void }) {
  const t = useT();
  const [login, setLogin] = useState("");
  const [document, setDocument] = useState<IdentityDocument>("id_card");
  const link = useMutation({
    mutationFn: () =>
      api.put(`/patients/${patient.id}/account`, { login: login.trim(), identity_checked_by: document }, { ifMatch: patient.version }),
    onSuccess: () => {
      onDone();
      onClose();
    },
  });
  return (
    <Dialog
      title={t("care.accountLink")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button
            kind="primary"
            label={t("do.save")}
            busy={link.isPending}
            isDisabled={!login.includes("@")}
            onPress={() => link.mutate()}
          />
        </>
      }
    >
      <TextField
        label={t("care.account")}
        help={t("care.accountHelp")}
        type="email"
        autoComplete="off"
        value={login}
        onChange={setLogin}
        required
      />
      <Choice
        label={t("care.checkedBy")}
        value={document}
        onChange={setDocument}
        options={IDENTITY_DOCUMENTS.map((value) => ({ value, label: t(`identity.${value}`) }))}
      />
      {link.error ? <Failure error={link.error} /> : null}
    </Dialog>
  );
}
