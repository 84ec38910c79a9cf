import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, isProblem } from "@/api/client";
import { useT } from "@/i18n";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { TextField } from "./Field";
import { Failure } from "./pieces";

/** Whether the server wants the second factor once more before this act. */
export const needsStepUp = (error: unknown): boolean => isProblem(error, "forbidden") && error.detail === "recent_sign_in";

/** Asks for a fresh code; after that the act can be repeated. */
export function StepUp({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const t = useT();
  const [code, setCode] = useState("");
  const confirm = useMutation({
    mutationFn: () => api.post("/session/step-up", { code: code.replace(/\s/g, "") }),
    onSuccess: onDone,
  });
  const wrong = isProblem(confirm.error, "unauthenticated") || isProblem(confirm.error, "validation");
  return (
    <Dialog
      title={t("stepUp.title")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button
            kind="primary"
            label={t("stepUp.confirm")}
            busy={confirm.isPending}
            isDisabled={code.trim() === ""}
            onPress={() => confirm.mutate()}
          />
        </>
      }
    >
      <p>{t("stepUp.text")}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (code.trim() !== "") confirm.mutate();
        }}
      >
        <TextField
          label={t("signIn.code")}
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onChange={setCode}
          error={wrong ? t("signIn.wrongCode") : undefined}
        />
      </form>
      {confirm.error && !wrong ? <Failure error={confirm.error} /> : null}
    </Dialog>
  );
}
