import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, newKey } from "@/api/client";
import type { Patient } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextArea, TextField } from "@/ui/Field";
import { Failure } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";

interface Props {
  patient?: Patient;
  onClose: () => void;
  onDone?: (patient: Patient) => void;
}

/** A patient's administrative data, new or changed. */
export function PatientDialog({ patient, onClose, onDone }: Props) {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [name, setName] = useState(patient?.name ?? "");
  const [birthDate, setBirthDate] = useState(patient?.birth_date ?? "");
  const [references, setReferences] = useState(patient?.references.join("\n") ?? "");
  const [phone, setPhone] = useState(patient?.phone ?? "");
  const numbers = references.split("\n").map((one) => one.trim()).filter(Boolean);
  const save = useMutation({
    mutationFn: () => {
      const body = {
        name: name.trim(),
        birth_date: birthDate || null,
        references: numbers,
        phone: phone.trim() || null,
      };
      return patient
        ? api.put<Patient>(`/patients/${patient.id}`, body, { ifMatch: patient.version })
        : api.post<Patient>("/patients", body, { idempotencyKey: newKey() });
    },
    onSuccess: (saved) => {
      void client.invalidateQueries({ queryKey: ["patients"] });
      tell(t(patient ? "admin.saved" : "care.registered"));
      onClose();
      onDone?.(saved);
    },
  });
  return (
    <Dialog
      title={t(patient ? "care.edit" : "care.new")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button
            kind="primary"
            label={t("do.save")}
            busy={save.isPending}
            isDisabled={name.trim() === "" || numbers.length === 0}
            onPress={() => save.mutate()}
          />
        </>
      }
    >
      <TextField label={t("care.name")} autoComplete="off" maxLength={200} value={name} onChange={setName} required />
      <TextField label={t("care.birthDate")} type="date" value={birthDate} onChange={setBirthDate} />
      <TextArea
        label={t("care.references")}
        help={t("care.referencesHelp")}
        rows={3}
        spellCheck={false}
        value={references}
        onChange={setReferences}
        required
      />
      <TextField label={t("care.phone")} type="tel" autoComplete="off" value={phone} onChange={setPhone} />
      {save.error ? <Failure error={save.error} /> : null}
    </Dialog>
  );
}
