import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { Id } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextArea } from "@/ui/Field";
import { Failure } from "@/ui/pieces";

/** What opens or closes with emergency access or a care relation: fetched again. */
export function useCareChanged(): () => void {
  const client = useQueryClient();
  return () => {
    for (const key of ["patients", "emergencies", "messages", "message"]) void client.invalidateQueries({ queryKey: [key] });
  };
}

/** Asks for the reason and says what follows, before anything opens. */
export function EmergencyDialog({ patient, onClose }: { patient: Id; onClose: () => void }) {
  const t = useT();
  const changed = useCareChanged();
  const [reason, setReason] = useState("");
  const take = useMutation({
    mutationFn: () => api.post(`/patients/${patient}/break-glass`, { reason: reason.trim() }),
    onSuccess: () => {
      changed();
      onClose();
    },
  });
  const letters = Array.from(reason.matchAll(/[\p{L}\p{N}]/gu)).length;
  return (
    <Dialog
      title={t("emergency.title")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button
            kind="danger"
            label={t("emergency.open")}
            busy={take.isPending}
            isDisabled={letters < 10}
            onPress={() => take.mutate()}
          />
        </>
      }
    >
      <p>{t("emergency.what")}</p>
      <TextArea
        label={t("emergency.reason")}
        help={t("emergency.reasonHelp")}
        rows={3}
        maxLength={1000}
        value={reason}
        onChange={setReason}
        required
      />
      {take.error ? <Failure error={take.error} /> : null}
    </Dialog>
  );
}
