import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, isProblem } from "@/api/client";
import type { IdentityDocument, Patient } from "@/api/types";
import { useFormats, useT, type MessageKey } from "@/i18n";
import { Button } from "@/ui/Button";
import { Choice, TextField } from "@/ui/Field";
import { Failure } from "@/ui/pieces";
import { IDENTITY_DOCUMENTS } from "./documents";

/** Whether the mobile number on record is the patient's, and who they are. */
export function PatientChecks({ patient }: { patient: Patient }) {
  const t = useT();
  const formats = useFormats();
  const client = useQueryClient();
  const [document, setDocument] = useState<IdentityDocument>("id_card");
  const done = () => void client.invalidateQueries({ queryKey: ["patients"] });
  const check = useMutation({
    mutationFn: () => api.post(`/patients/${patient.id}/identity-check`, { document }, { ifMatch: patient.version }),
    onSuccess: done,
  });
  return (
    <section className="panel">
      <h2>{t("care.checks")}</h2>
      <PhoneCheck patient={patient} onDone={done} />
      <p className="soft">
        {patient.identity_checked_by && patient.identity_checked_at
          ? t("care.accountChecked", {
              document: t(`identity.${patient.identity_checked_by}` as MessageKey),
              when: formats.full(patient.identity_checked_at),
            })
          : t("care.identityNone")}
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          check.mutate();
        }}
      >
        <Choice
          label={t("identity.seen")}
          help={t("identity.seenHelp")}
          value={document}
          onChange={setDocument}
          options={IDENTITY_DOCUMENTS.map((value) => ({ value, label: t(`identity.${value}`) }))}
        />
        {check.error ? <Failure error={check.error} /> : null}
        <div className="row">
          <Button type="submit" icon="check" label={t("care.identityRecord")} busy={check.isPending} />
        </div>
      </form>
    </section>
  );
}

function PhoneCheck({ patient, onDone }: { patient: Patient; onDone: () => void }) {
  const t = useT();
  const formats = useFormats();
  const [code, setCode] = useState("");
  const ask = useMutation({ mutationFn: () => api.post(`/patients/${patient.id}/verification/phone`) });
  const confirm = useMutation({
    mutationFn: () => api.post(`/patients/${patient.id}/verification/phone/confirm`, { code }),
    onSuccess: () => {
      ask.reset();
      setCode("");
      onDone();
    },
  });
  if (!patient.phone) return <p className="soft">{t("care.phoneNone")}</p>;
  const fault = isProblem(confirm.error, "validation") ? confirm.error.errors.find((one) => one.field === "code") : undefined;
  return (
    <>
      <p className="soft">
        {patient.phone_confirmed_at
          ? t("care.phoneConfirmed", { when: formats.full(patient.phone_confirmed_at) })
          : t("care.phoneOpen")}
      </p>
      {ask.isSuccess ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (code.trim() !== "") confirm.mutate();
          }}
          noValidate
        >
          <p>{t("care.phoneRead", { phone: patient.phone })}</p>
          <TextField
            label={t("care.phoneCode")}
            inputMode="numeric"
            autoComplete="off"
            value={code}
            onChange={setCode}
            error={fault ? t(`verify.${fault.code}` as MessageKey) : undefined}
          />
          {confirm.error && !fault ? <Failure error={confirm.error} /> : null}
          <div className="row">
            <Button kind="primary" type="submit" label={t("care.phoneConfirm")} busy={confirm.isPending} isDisabled={code.trim() === ""} />
            <Button kind="quiet" label={t("do.cancel")} onPress={() => ask.reset()} />
          </div>
        </form>
      ) : (
        <div className="row">
          <Button icon="phone" label={t("care.phoneAsk")} busy={ask.isPending} onPress={() => ask.mutate()} />
        </div>
      )}
      {ask.error ? <Failure error={ask.error} /> : null}
    </>
  );
}
