import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api, isProblem } from "@/api/client";
import { askPasskey, isAtHome, passkeysHere } from "@/api/passkey";
import type { PasskeyOptions } from "@/api/types";
import { hearTabs, sessionQuery, tellTabs, useSession } from "@/app/session";
import { useT } from "@/i18n";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { ErrorLine, TextField } from "./Field";
import { identityLinksQuery } from "./identityLinksQuery";
import { usePasskeyText } from "./passkeyWords";
import { passkeysQuery } from "./passkeysQuery";
import { Failure, Skeleton } from "./pieces";
import { useProblemText } from "./problem";

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

/** Asks for a passkey, a fresh code, or the organisation's account; after that the act is repeated. */
export function StepUp({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const t = useT();
  const { has_password: hasPassword } = useSession();
  const passkeys = useQuery({ ...passkeysQuery, enabled: passkeysHere() });
  const linked = useQuery(identityLinksQuery);
  const offer = passkeysHere() && (passkeys.data?.length ?? 0) > 0;
  const { links = [], providers = [] } = linked.data ?? {};
  const accounts = providers.filter(({ id }) => links.some((one) => one.provider_id === id));
  const looking = (passkeysHere() && passkeys.isPending) || linked.isPending;
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
      {!hasPassword && looking ? <Skeleton rows={1} /> : null}
      {offer ? <ByPasskey onDone={proved} or={hasPassword || accounts.length > 0} /> : null}
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
      {accounts.map(({ id, name }) => (
        <ByProvider key={id} id={id} name={name} first={!offer && !hasPassword} onDone={proved} />
      ))}
      {!hasPassword && !offer && !looking && accounts.length === 0 ? <p>{t("stepUp.noWay")}</p> : null}
    </Dialog>
  );
}

/**
 * The organisation's account: its page opens in a window of its own, so that nothing is lost of what waits here. Where none may
 * be opened, this one goes there, and comes back to the same place.
 */
function ByProvider({ id, name, first, onDone }: { id: string; name: string; first: boolean; onDone: () => Promise<void> }) {
  const t = useT();
  const words = useProblemText();
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  });
  const go = useMutation({
    mutationFn: async (there: Window | null) => {
      const next = there ? null : location.pathname + location.search;
      try {
        const { url } = await api.post<{ url: string }>("/session/step-up/provider", { provider_id: id, next });
        (there ?? window).location.assign(url);
      } catch (error) {
        there?.close();
        throw error;
      }
    },
  });
  const waits = go.isSuccess;
  useEffect(() => {
    if (!waits) return;
    return hearTabs((message) => {
      if (message.kind === "proved") void done.current();
    });
  }, [waits]);
  return (
    <div className="passkey-door">
      {/* A window opens only while a press is being answered: before anything is asked of the server. */}
      <Button
        kind={first ? "primary" : "plain"}
        wide
        icon="globe"
        label={t("stepUp.provider", { name })}
        busy={go.isPending}
        onPress={() => go.mutate(window.open("", "_blank"))}
      />
      <ErrorLine text={go.error ? words(go.error) : undefined} />
      <p className="small soft" role="status">
        {t(waits ? "stepUp.waiting" : "stepUp.providerText")}
      </p>
    </div>
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
