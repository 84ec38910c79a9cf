import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, isProblem } from "@/api/client";
import { askPasskey, isAtHome, passkeysHere } from "@/api/passkey";
import type { PasskeyOptions } from "@/api/types";
import { sessionQuery, tellTabs, useSession } from "@/app/session";
import { useT } from "@/i18n";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { ErrorLine, TextField } from "./Field";
import { usePasskeyText } from "./passkeyWords";
import { passkeysQuery } from "./passkeysQuery";
import { Failure } from "./pieces";

/** Whether the server wants the person to prove themselves once more before this act. */
export const needsStepUp = (error: unknown): boolean => isProblem(error, "forbidden") && error.detail === "recent_sign_in";

/** The session has another secret now: its token is read anew, here and in the other tabs. */
function useProved(onDone: () => void) {
  const client = useQueryClient();
  return async () => {
    await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
    tellTabs({ kind: "session" });
    onDone();
  };
}

/** Asks for a passkey or a fresh code; after that the act can be repeated. */
export function StepUp({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const t = useT();
  const { has_password: hasPassword } = useSession();
  const passkeys = useQuery({ ...passkeysQuery, enabled: passkeysHere() });
  const offer = passkeysHere() && (!hasPassword || (passkeys.data?.length ?? 0) > 0);
  const [code, setCode] = useState("");
  const proved = useProved(onDone);
  const confirm = useMutation({
    mutationFn: () => api.post("/session/step-up", { code: code.replace(/\s/g, "") }),
    onSuccess: proved,
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
          {hasPassword ? (
            <Button
              kind={offer ? "plain" : "primary"}
              label={t("stepUp.confirm")}
              busy={confirm.isPending}
              isDisabled={code.trim() === ""}
              onPress={() => confirm.mutate()}
            />
          ) : null}
        </>
      }
    >
      {offer ? <ByPasskey onDone={proved} or={hasPassword} /> : null}
      {hasPassword ? (
        <>
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
        </>
      ) : null}
    </Dialog>
  );
}

function ByPasskey({ onDone, or }: { onDone: () => Promise<void>; or: boolean }) {
  const t = useT();
  const words = usePasskeyText();
  const prove = useMutation({
    mutationFn: async () => {
      const options = await api.post<PasskeyOptions>("/session/step-up/options");
      if (!isAtHome(options.public_key.rpId)) throw new DOMException("another address", "SecurityError");
      await api.post("/session/step-up", { passkey: await askPasskey(options) });
    },
    onSuccess: onDone,
  });
  return (
    <div className="passkey-door">
      <Button kind="primary" wide icon="key" label={t(prove.isPending ? "passkey.waiting" : "passkey.confirm")} busy={prove.isPending} onPress={() => prove.mutate()} />
      <ErrorLine text={prove.error ? words(prove.error) : undefined} />
      {or ? (
        <p className="door-or" aria-hidden="true">
          {t("passkey.or")}
        </p>
      ) : null}
    </div>
  );
}
