import { useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, isProblem } from "@/api/client";
import type { SessionAnswer } from "@/api/types";
import { Redirect } from "@/app/Redirect";
import { acceptSession, hearTabs, sessionQuery, tellTabs, useSessionAnswer, wasEndedByIdle } from "@/app/session";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { ErrorLine, TextField } from "@/ui/Field";
import { Banner, Failure } from "@/ui/pieces";
import { PasswordField } from "@/ui/PasswordField";
import { useProblemText } from "@/ui/problem";
import { ChangePassword } from "./ChangePassword";
import { Door } from "./Door";
import { EnrolKey } from "./EnrolKey";
import { canOfferPasskeys, PasskeySignIn } from "./PasskeySignIn";
import { ProviderSignIn } from "./ProviderSignIn";
import { isOpen, Where } from "./Where";

export function SignIn() {
  const t = useT();
  const { next } = useSearch({ from: "/sign-in" });
  const session = useSessionAnswer();
  const [over, setOver] = useState(false);
  const client = useQueryClient();
  // Whoever signs in in another tab of this browser is signed in here as well.
  useEffect(
    () =>
      hearTabs((message) => {
        if (message.kind === "session") void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      }),
    [client],
  );
  if (session.data?.state === "signed_in") return <Redirect to={next ?? "/"} />;
  const second = session.data?.state === "second_factor" && !over;
  const enrol = session.data?.state === "enrol_key" && !over ? session.data : undefined;
  const change = session.data?.state === "change_password" && !over ? session.data : undefined;
  const accept = (answer: SessionAnswer) => {
    setOver(false);
    acceptSession(client, answer);
    if (answer.state === "signed_in") tellTabs({ kind: "session" });
  };
  const doors = session.data?.state === "anonymous" ? session.data : undefined;
  return (
    <Door
      title={t(change ? "signIn.changeTitle" : second ? "signIn.secondTitle" : enrol ? "enrol.title" : "signIn.title")}
      lead={second || enrol || change ? undefined : t("signIn.lead")}
    >
      {wasEndedByIdle() && !second && !enrol && !change ? <Banner tone="info">{t("signIn.ended")}</Banner> : null}
      {session.error && !session.data ? (
        <Failure error={session.error} onRetry={() => void session.refetch()} />
      ) : change ? (
        <ChangePassword why={change.why} onDone={accept} onOther={() => setOver(true)} />
      ) : second ? (
        <SecondStep onDone={accept} onOther={() => setOver(true)} />
      ) : enrol ? (
        <EnrolKey waiting={enrol} onDone={accept} onOther={() => setOver(true)} />
      ) : (
        <>
          {doors ? <Where doors={doors} onRetry={() => void session.refetch()} /> : null}
          {canOfferPasskeys() && isOpen(doors, "passkey", "security_key") ? (
            <PasskeySignIn onDone={accept} alone={!isOpen(doors, "password")} />
          ) : null}
          <ProviderSignIn providers={doors?.providers ?? []} next={next} />
          {isOpen(doors, "password") ? <FirstStep onDone={accept} /> : null}
        </>
      )}
      <p className="small soft">{t("signIn.help")}</p>
    </Door>
  );
}

function FirstStep({ onDone }: { onDone: (answer: SessionAnswer) => void }) {
  const t = useT();
  const words = useProblemText();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string>();
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFailed(undefined);
    try {
      onDone(await api.post<SessionAnswer>("/session", { login: login.trim(), password }));
    } catch (error) {
      setFailed(isProblem(error, "unauthenticated") || isProblem(error, "validation") ? t("signIn.wrong") : words(error));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <TextField
        label={t("signIn.login")}
        type="email"
        name="username"
        autoComplete="username webauthn"
        autoCapitalize="none"
        spellCheck={false}
        value={login}
        onChange={setLogin}
        required
      />
      <PasswordField label={t("signIn.password")} name="password" autoComplete="current-password" value={password} onChange={setPassword} />
      <ErrorLine text={failed} />
      <Button
        kind={canOfferPasskeys() ? "plain" : "primary"}
        wide
        type="submit"
        label={t(busy ? "signIn.busy" : "signIn.next")}
        busy={busy}
      />
    </form>
  );
}

function SecondStep({ onDone, onOther }: { onDone: (answer: SessionAnswer) => void; onOther: () => void }) {
  const t = useT();
  const words = useProblemText();
  const client = useQueryClient();
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string>();
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFailed(undefined);
    const given = code.replace(/\s/g, "");
    try {
      onDone(await api.post<SessionAnswer>("/session/second-factor", recovery ? { recovery_code: code.trim() } : { code: given }));
    } catch (error) {
      setFailed(isProblem(error, "unauthenticated") || isProblem(error, "validation") ? t("signIn.wrongCode") : words(error));
      setBusy(false);
      // The first step may have become too old meanwhile: the server knows.
      const now = await api.get<SessionAnswer>("/session").catch(() => undefined);
      if (now?.state === "anonymous") acceptSession(client, now);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate key={recovery ? "recovery" : "totp"}>
      <p>{t(recovery ? "signIn.recoveryLead" : "signIn.secondLead")}</p>
      <TextField
        label={t(recovery ? "signIn.recovery" : "signIn.code")}
        name="code"
        autoComplete="one-time-code"
        inputMode={recovery ? "text" : "numeric"}
        autoCapitalize="none"
        spellCheck={false}
        // The one thing to do on this page.
        ref={(input) => input?.focus()}
        value={code}
        onChange={setCode}
        error={failed}
        required
      />
      <Button kind="primary" wide type="submit" label={t(busy ? "signIn.busy" : "signIn.finish")} busy={busy} />
      <div className="door-else">
        <Button
          kind="quiet"
          small
          label={t(recovery ? "signIn.useTotp" : "signIn.useRecovery")}
          onPress={() => {
            setRecovery(!recovery);
            setCode("");
            setFailed(undefined);
          }}
        />
        <Button kind="quiet" small label={t("signIn.other")} onPress={onOther} />
      </div>
    </form>
  );
}
