import { useEffect, useState } from "react";
import { api, isProblem } from "@/api/client";
import type { PickupOpen } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { ErrorLine, TextField } from "@/ui/Field";
import { useProblemText } from "@/ui/problem";
import { Act } from "./pieces";
import styles from "./pickup.module.css";

interface Props {
  token: string;
  opened: PickupOpen;
  /** The visit ended: the second factor is asked once more. */
  again: boolean;
  onVerified: () => void;
  onLocked: () => void;
}

export function Verify(props: Props) {
  const t = useT();
  const formats = useFormats();
  const { opened } = props;
  const sender = opened.sender_name || t("pickup.theSender");
  const org = opened.org_name || t("pickup.theOrg");
  return (
    <section className={styles.card}>
      {props.again ? <p role="status">{t("pickup.again")}</p> : null}
      <p className={styles.lead}>{t("pickup.waiting", { sender, org })}</p>
      {opened.method === "secret" ? <BySecret {...props} sender={sender} /> : <BySms {...props} org={org} />}
      {opened.expires_at ? <p className="small soft">{t("pickup.until", { day: formats.day(opened.expires_at) })}</p> : null}
    </section>
  );
}

function useVerify({ token, onVerified, onLocked }: Props) {
  const t = useT();
  const words = useProblemText();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const verify = async (given: { code: string } | { secret: string }) => {
    if (busy) return;
    setBusy(true);
    setFault(undefined);
    try {
      await api.post("/pickup/verify", { token, ...given });
      onVerified();
    } catch (error) {
      if (isProblem(error, "locked")) return onLocked();
      setBusy(false);
      if (isProblem(error, "unauthenticated") || isProblem(error, "validation"))
        setFault(error.triesLeft === undefined ? t("pickup.wrongPlain") : t("pickup.wrong", { tries: error.triesLeft }));
      else setFault(words(error));
    }
  };
  return { busy, fault, verify };
}

/** A code by text message: sent when the guest asks for it, never by itself. */
function BySms(props: Props & { org: string }) {
  const t = useT();
  const words = useProblemText();
  const { busy, fault, verify } = useVerify(props);
  const [sent, setSent] = useState<{ minutes: number }>();
  const [sending, setSending] = useState(false);
  const [wait, setWait] = useState(0);
  const [failed, setFailed] = useState<string>();
  const [code, setCode] = useState("");
  const phone = props.opened.phone_masked ?? "";
  useEffect(() => {
    if (wait <= 0) return undefined;
    const timer = setTimeout(() => setWait(wait - 1), 1000);
    return () => clearTimeout(timer);
  }, [wait]);

  const ask = async () => {
    if (sending) return;
    setSending(true);
    setFailed(undefined);
    try {
      const answer = await api.post<{ valid_seconds: number; resend_after_seconds: number }>("/pickup/code", {
        token: props.token,
      });
      setSent({ minutes: Math.max(1, Math.round(answer.valid_seconds / 60)) });
      setWait(answer.resend_after_seconds);
    } catch (error) {
      if (isProblem(error, "locked")) return props.onLocked();
      if (isProblem(error, "rate_limited") && error.retryAfterSeconds) setWait(error.retryAfterSeconds);
      setFailed(words(error));
    } finally {
      setSending(false);
    }
  };
  return (
    <>
      {sent ? (
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            void verify({ code: code.replace(/\s/g, "") });
          }}
        >
          <p role="status">{t("pickup.smsSent", { phone, minutes: sent.minutes })}</p>
          <TextField
            label={t("pickup.code")}
            inputMode="numeric"
            autoComplete="one-time-code"
            ref={(input) => input?.focus()}
            value={code}
            onChange={setCode}
            error={fault}
            required
          />
          <Act kind="primary" wide submit label={busy ? t("pickup.busy") : t("pickup.open")} busy={busy} disabled={code.trim() === ""} />
          <Act
            kind="quiet"
            wide
            label={wait > 0 ? t("pickup.smsAgainIn", { seconds: wait }) : t("pickup.smsAgain")}
            disabled={wait > 0}
            busy={sending}
            onPress={() => void ask()}
          />
        </form>
      ) : (
        <div className={styles.form}>
          <p>{t("pickup.smsLead", { phone })}</p>
          <Act kind="primary" icon="phone" wide label={t("pickup.smsSend")} busy={sending} onPress={() => void ask()} />
        </div>
      )}
      <ErrorLine text={failed} />
      <details className={styles.more}>
        <summary>{t("pickup.notMine")}</summary>
        <p>{t("pickup.notMineHelp", { org: props.org })}</p>
      </details>
    </>
  );
}

function BySecret(props: Props & { sender: string }) {
  const t = useT();
  const { busy, fault, verify } = useVerify(props);
  const [secret, setSecret] = useState("");
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void verify({ secret: secret.trim() });
      }}
    >
      <p>{t("pickup.secretLead", { sender: props.sender })}</p>
      <TextField
        label={t("pickup.secret")}
        help={t("pickup.secretHelp", { sender: props.sender })}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={secret}
        onChange={setSecret}
        error={fault}
        required
      />
      <Act kind="primary" wide submit label={busy ? t("pickup.busy") : t("pickup.open")} busy={busy} disabled={secret.trim() === ""} />
    </form>
  );
}
