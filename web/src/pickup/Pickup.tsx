import { useCallback, useEffect, useRef, useState } from "react";
import { api, isProblem } from "@/api/client";
import type { Language, PickupMessage, PickupOpen } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { useProblemText } from "@/ui/problem";
import { Frame } from "./Frame";
import { Message } from "./Message";
import { keepVerified, wasVerified } from "./token";
import { Act, Notice } from "./pieces";
import { Verify } from "./Verify";

type Step =
  | { kind: "opening" }
  | { kind: "failed"; error: unknown }
  | { kind: "verify"; opened: PickupOpen; again: boolean }
  | { kind: "reading"; opened: PickupOpen; message: PickupMessage }
  | { kind: "closed"; opened: PickupOpen }
  | { kind: "gone"; opened: PickupOpen };

/** The page was opened without the link's token. */
const NO_LINK: PickupOpen = { state: "unknown", org_name: "", sender_name: "", language: "en", method: "sms" };

interface Props {
  token: string;
  onMessageLanguage: (language: Language) => void;
}

export function Pickup({ token, onMessageLanguage }: Props) {
  const t = useT();
  const words = useProblemText();
  const [step, setStep] = useState<Step>({ kind: "opening" });
  const chosen = useRef(onMessageLanguage);
  const main = useRef<HTMLElement>(null);

  const read = useCallback(async (opened: PickupOpen) => {
    try {
      const message = await api.get<PickupMessage>("/pickup/message");
      keepVerified(true);
      setStep({ kind: "reading", opened, message });
    } catch (error) {
      keepVerified(false);
      if (!isProblem(error, "unauthenticated")) throw error;
      setStep({ kind: "verify", opened, again: true });
    }
  }, []);

  const open = useCallback(async () => {
    setStep({ kind: "opening" });
    try {
      const opened: PickupOpen = token === "" ? NO_LINK : await api.post<PickupOpen>("/pickup/open", { token });
      if (opened.language && opened.state !== "unknown") chosen.current(opened.language);
      if (opened.state !== "ready") setStep({ kind: "gone", opened });
      else if (wasVerified()) await read(opened);
      // Nothing is sent and nothing verified by loading the page: link scanners load pages too.
      else setStep({ kind: "verify", opened, again: false });
    } catch (error) {
      setStep({ kind: "failed", error });
    }
  }, [read, token]);

  useEffect(() => {
    const start = setTimeout(() => void open(), 0);
    return () => clearTimeout(start);
  }, [open]);

  // A new step is read from its beginning, also by who can't see it.
  const kind = step.kind;
  const first = useRef(true);
  useEffect(() => {
    if (kind === "opening") return;
    if (first.current) first.current = false;
    else {
      main.current?.focus({ preventScroll: true });
      document.documentElement.scrollTop = 0;
    }
  }, [kind]);

  const opened = "opened" in step ? step.opened : undefined;
  return (
    <Frame opened={opened} main={main} title={t("pickup.title")}>
      {step.kind === "opening" ? <p role="status">{t("pickup.opening")}</p> : null}
      {step.kind === "failed" ? (
        <Notice icon="warn" title={words(step.error)}>
          <Act kind="primary" icon="refresh" label={t("do.retry")} onPress={() => void open()} />
        </Notice>
      ) : null}
      {step.kind === "verify" ? (
        <Verify
          token={token}
          opened={step.opened}
          again={step.again}
          onVerified={() =>
            void read(step.opened).catch((error: unknown) => {
              setStep({ kind: "failed", error });
            })
          }
          onLocked={() => void open()}
        />
      ) : null}
      {step.kind === "reading" ? (
        <Message
          message={step.message}
          onAgain={() => {
            keepVerified(false);
            setStep({ kind: "verify", opened: step.opened, again: true });
          }}
          onChanged={() => void read(step.opened).catch(() => undefined)}
          onClose={() => {
            keepVerified(false);
            void api.delete("/pickup/session").catch(() => undefined);
            setStep({ kind: "closed", opened: step.opened });
          }}
        />
      ) : null}
      {step.kind === "closed" ? <Closed opened={step.opened} onOpen={() => void open()} /> : null}
      {step.kind === "gone" ? <Gone opened={step.opened} onRetry={() => void open()} /> : null}
    </Frame>
  );
}

function Closed({ opened, onOpen }: { opened: PickupOpen; onOpen: () => void }) {
  const t = useT();
  const formats = useFormats();
  return (
    <Notice icon="lock" title={t("pickup.closedTitle")}>
      <p>{opened.expires_at ? t("pickup.closed", { day: formats.day(opened.expires_at) }) : t("pickup.closedPlain")}</p>
      <Act label={t("pickup.open")} onPress={onOpen} />
    </Notice>
  );
}

/** The message can't be opened: why, and what to do now. */
function Gone({ opened, onRetry }: { opened: PickupOpen; onRetry: () => void }) {
  const t = useT();
  const formats = useFormats();
  const org = opened.org_name || t("pickup.theOrg");
  switch (opened.state) {
    case "locked":
      return (
        <Notice icon="lock" title={t("pickup.lockedTitle")}>
          <p>
            {t("pickup.locked")}{" "}
            {opened.locked_until ? t("pickup.lockedUntil", { when: formats.short(opened.locked_until) }) : null}{" "}
            {t("pickup.lockedHelp", { org })}
          </p>
          <Act icon="refresh" label={t("do.retry")} onPress={onRetry} />
        </Notice>
      );
    case "expired":
      return (
        <Notice icon="clock" title={t("pickup.expiredTitle")}>
          <p>{t("pickup.expired", { org })}</p>
        </Notice>
      );
    case "recalled":
      return (
        <Notice icon="recall" title={t("pickup.recalledTitle")}>
          <p>{t("pickup.recalled", { org })}</p>
        </Notice>
      );
    default:
      return (
        <Notice icon="warn" title={t("pickup.unknownTitle")}>
          <p>{t("pickup.unknown")}</p>
        </Notice>
      );
  }
}
