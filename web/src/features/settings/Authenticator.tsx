import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, isProblem } from "@/api/client";
import type { AuthenticatorOffer } from "@/api/types";
import { sessionQuery } from "@/app/session";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { passkeysQuery } from "@/ui/passkeysQuery";
import { Banner, Failure } from "@/ui/pieces";
import { QrCode } from "@/ui/QrCode";
import { needsStepUp, StepUp } from "@/ui/StepUp";
import { useVoice } from "@/ui/toasts";
import styles from "./settings.module.css";

/** Another authenticator app in the place of the old one; nothing changes before its first code. */
export function Authenticator() {
  const t = useT();
  const { tell } = useVoice();
  const offer = useMutation({ mutationFn: () => api.post<AuthenticatorOffer>("/me/authenticator/options") });
  const done = () => {
    offer.reset();
    tell(t("settings.authenticatorSaved"));
  };
  return (
    <section className="panel">
      <h2>{t("settings.authenticator")}</h2>
      <p>{t("settings.authenticatorText")}</p>
      {needsStepUp(offer.error) ? (
        <StepUp onDone={() => offer.mutate()} onClose={() => offer.reset()} />
      ) : offer.error ? (
        <Failure error={offer.error} />
      ) : null}
      {offer.data ? (
        <Take offer={offer.data} onDone={done} onClose={() => offer.reset()} />
      ) : (
        <div className="row">
          <Button
            icon="key"
            label={t("settings.authenticatorNew")}
            busy={offer.isPending}
            onPress={() => offer.mutate()}
          />
          <OnlyPasskeys />
        </div>
      )}
    </section>
  );
}

/** Away with password, app and codes, for who has passkeys. */
function OnlyPasskeys() {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [asked, setAsked] = useState(false);
  const passkeys = useQuery(passkeysQuery);
  const drop = useMutation({
    mutationFn: () => api.delete("/me/authenticator"),
    onSuccess: () => {
      tell(t("settings.onlyPasskeysDone"));
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  const many = passkeys.data?.length ?? 0;
  if (many === 0) return null;
  if (needsStepUp(drop.error)) return <StepUp onDone={() => drop.mutate()} onClose={() => drop.reset()} />;
  return (
    <>
      <Button label={t("settings.onlyPasskeys")} onPress={() => setAsked(true)} />
      <Dialog
        title={t("settings.onlyPasskeysTitle")}
        isOpen={asked}
        onClose={() => setAsked(false)}
        actions={
          <>
            <Button label={t("do.cancel")} onPress={() => setAsked(false)} />
            <Button kind="danger" label={t("settings.onlyPasskeys")} busy={drop.isPending} onPress={() => drop.mutate()} />
          </>
        }
      >
        <p>{t("settings.onlyPasskeysText")}</p>
        {many === 1 ? <Banner tone="warn">{t("settings.onlyPasskeysSpare")}</Banner> : null}
        {drop.error ? <Failure error={drop.error} /> : null}
      </Dialog>
    </>
  );
}

function Take(props: { offer: AuthenticatorOffer; onDone: () => void; onClose: () => void }) {
  const { totp, offer } = props.offer;
  const t = useT();
  const [code, setCode] = useState("");
  const take = useMutation({
    mutationFn: () => api.put("/me/authenticator", { offer, code: code.replace(/\s/g, "") }),
    onSuccess: props.onDone,
  });
  const wrong = isProblem(take.error, "validation") && take.error.errors.some((one) => one.field === "code");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (code.trim() !== "") take.mutate();
      }}
      noValidate
    >
      <p>{t("settings.authenticatorScan")}</p>
      <div className={styles.scan}>
        <QrCode text={totp.uri} label={t("invitation.qr")} />
        <p>
          <span className="field-label">{t("invitation.key")}</span>
          <br />
          <code>{totp.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
        </p>
      </div>
      <TextField
        label={t("invitation.code")}
        inputMode="numeric"
        autoComplete="one-time-code"
        value={code}
        onChange={setCode}
        error={wrong ? t("invitation.wrongCode") : undefined}
        required
      />
      {needsStepUp(take.error) ? (
        <StepUp onDone={() => take.mutate()} onClose={() => take.reset()} />
      ) : take.error && !wrong ? (
        <Failure error={take.error} />
      ) : null}
      <div className="row">
        <Button label={t("do.cancel")} onPress={props.onClose} />
        <Button
          kind="primary"
          type="submit"
          label={t("settings.authenticatorTake")}
          busy={take.isPending}
          isDisabled={code.trim() === ""}
        />
      </div>
    </form>
  );
}
