import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, isProblem } from "@/api/client";
import { isAtHome, makePasskey, passkeysHere } from "@/api/passkey";
import type { Invitation } from "@/api/types";
import { Door } from "@/features/sign-in/Door";
import { useSwitchLanguage, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { deviceName } from "@/ui/deviceName";
import { ErrorLine, TextField } from "@/ui/Field";
import { NewPassword, usePasswordError } from "@/ui/NewPassword";
import { usePasskeyText } from "@/ui/passkeyWords";
import { Banner, Failure, Skeleton } from "@/ui/pieces";
import { QrCode } from "@/ui/QrCode";
import { RecoveryCodes } from "@/ui/RecoveryCodes";
import styles from "./invitation.module.css";

const STORED = "wardpost.invitation";

/** The token comes in the fragment, which no server sees; it leaves the address bar at once. */
function takeToken(): string {
  const fragment = location.hash.slice(1);
  if (fragment) {
    sessionStorage.setItem(STORED, fragment);
    history.replaceState(history.state, "", location.pathname);
    return fragment;
  }
  return sessionStorage.getItem(STORED) ?? "";
}

export function InvitationPage() {
  const t = useT();
  const choose = useSwitchLanguage();
  const [token] = useState(takeToken);
  const [codes, setCodes] = useState<string[]>();
  const opened = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => api.post<Invitation>("/invitations/open", { token }),
    enabled: token !== "" && codes === undefined,
    staleTime: Infinity,
    retry: false,
  });
  const language = opened.data?.language;
  useEffect(() => {
    if (language) choose(language);
  }, [language, choose]);

  if (codes && opened.data) return <Done codes={codes} login={opened.data.login} />;
  if (token === "" || isProblem(opened.error, "not_found") || isProblem(opened.error, "unauthenticated")) {
    return (
      <Door title={t("invitation.title")}>
        <Banner tone="warn">
          <strong>{t("invitation.bad")}</strong> {t("invitation.badHelp")}
        </Banner>
      </Door>
    );
  }
  return (
    <Door title={t("invitation.title")} lead={opened.data ? t("invitation.lead", { name: opened.data.name }) : undefined} wide>
      {opened.data ? (
        <Accept token={token} invitation={opened.data} onDone={setCodes} />
      ) : opened.error ? (
        <Failure error={opened.error} onRetry={() => void opened.refetch()} />
      ) : (
        <Skeleton rows={3} />
      )}
    </Door>
  );
}

function Accept(props: { token: string; invitation: Invitation; onDone: (codes: string[]) => void }) {
  const { invitation, token } = props;
  const t = useT();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const accept = useMutation({
    mutationFn: () =>
      api.post<{ recovery_codes: string[] }>("/invitations/accept", { token, password, totp_code: code.replace(/\s/g, "") }),
    onSuccess: (answer) => {
      sessionStorage.removeItem(STORED);
      props.onDone(answer.recovery_codes);
    },
  });
  const passwordError = usePasswordError(accept.error);
  const badCode =
    isProblem(accept.error) &&
    (accept.error.slug === "unauthenticated" || accept.error.errors.some((one) => one.field.includes("totp")));
  return (
    <>
      <p>{t("invitation.login", { login: invitation.login })}</p>
      {passkeysHere() && isAtHome(invitation.passkey.rp.id) ? <WithPasskey token={token} onDone={props.onDone} /> : null}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          accept.mutate();
        }}
        noValidate
      >
        <input type="hidden" name="username" autoComplete="username" value={invitation.login} readOnly />
        <section className={styles.step}>
          <h2>{t("invitation.step1")}</h2>
          <NewPassword
            value={password}
            onChange={setPassword}
            advice={{ path: "/invitations/strength", token }}
            error={passwordError}
          />
        </section>
        <section className={styles.step}>
          <h2>{t("invitation.step2")}</h2>
          <div className={styles.scan}>
            <QrCode text={invitation.totp.uri} label={t("invitation.qr")} />
            <div>
              <p>{t("invitation.scan")}</p>
              <p>
                <span className="field-label">{t("invitation.key")}</span>
                <br />
                <code>{invitation.totp.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
              </p>
            </div>
          </div>
          <TextField
            label={t("invitation.code")}
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            onChange={setCode}
            error={badCode ? t("invitation.wrongCode") : undefined}
            required
          />
        </section>
        {accept.error && !badCode && !passwordError ? <Failure error={accept.error} /> : null}
        <Button kind="primary" wide type="submit" label={t("invitation.accept")} busy={accept.isPending} />
      </form>
    </>
  );
}

/** Instead of both: one press, and a finger, face or PIN. */
function WithPasskey(props: { token: string; onDone: (codes: string[]) => void }) {
  const { token } = props;
  const t = useT();
  const words = usePasskeyText();
  const [name, setName] = useState(() => deviceName(navigator.userAgent));
  const accept = useMutation({
    mutationFn: async () => {
      // What was shown may be older than the five minutes for which a challenge is good.
      const fresh = await api.post<Invitation>("/invitations/open", { token });
      const credential = await makePasskey(fresh.passkey);
      return api.post<{ recovery_codes: string[] }>("/invitations/accept", { token, passkey: { name: name.trim(), credential } });
    },
    onSuccess: (answer) => {
      sessionStorage.removeItem(STORED);
      props.onDone(answer.recovery_codes);
    },
  });
  return (
    <section className={styles.step}>
      <h2>{t("invitation.passkeyTitle")}</h2>
      <p>{t("invitation.passkeyText")}</p>
      <TextField label={t("invitation.passkeyName")} autoComplete="off" maxLength={80} value={name} onChange={setName} />
      <ErrorLine text={accept.error ? words(accept.error) : undefined} />
      <Button
        kind="primary"
        wide
        icon="key"
        label={t("invitation.passkeyMake")}
        busy={accept.isPending}
        isDisabled={name.trim() === ""}
        onPress={() => accept.mutate()}
      />
      <p className="door-or">{t("invitation.other")}</p>
    </section>
  );
}

function Done({ codes, login }: { codes: string[]; login: string }) {
  const t = useT();
  const navigate = useNavigate();
  return (
    <Door title={t("invitation.done")} lead={t(codes.length > 0 ? "invitation.doneLead" : "invitation.donePasskey")} wide>
      {codes.length > 0 ? <RecoveryCodes codes={codes} login={login} /> : null}
      <Button kind="primary" wide label={t(codes.length > 0 ? "invitation.kept" : "invitation.toSignIn")} onPress={() => void navigate({ to: "/sign-in" })} />
    </Door>
  );
}
