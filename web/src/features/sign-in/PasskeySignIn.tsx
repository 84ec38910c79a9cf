import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api } from "@/api/client";
import { askPasskey, isAtHome, offersInField, passkeyOptions, passkeysHere } from "@/api/passkey";
import type { SessionAnswer } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { ErrorLine } from "@/ui/Field";
import { Banner } from "@/ui/pieces";
import { usePasskeyText } from "@/ui/passkeyWords";

/** A challenge is good for five minutes: what waits in the field is asked anew before. */
const RENEW_MS = 4 * 60_000;

const enter = (credential: unknown) => api.post<SessionAnswer>("/session/passkey", { credential });

/** The way in that is offered first: a button, and the browser's own offer in the field of the login. */
export function PasskeySignIn({ onDone, alone }: { onDone: (answer: SessionAnswer) => void; alone: boolean }) {
  const t = useT();
  const words = usePasskeyText();
  const [elsewhere, setElsewhere] = useState<string>();
  const [offered, setOffered] = useState<unknown>();
  // Counts the asking by the button: only one may wait for the person, so the field's ends before and begins anew after.
  const [asked, setAsked] = useState(0);
  const button = useRef<HTMLButtonElement>(null);
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  });
  const press = useMutation({
    mutationFn: async () => {
      const options = await passkeyOptions();
      if (!isAtHome(options.public_key.rpId)) {
        setElsewhere(options.origin);
        throw new DOMException("another address", "SecurityError");
      }
      return enter(await askPasskey(options));
    },
    onSuccess: (answer) => done.current(answer),
    onSettled: (answer) => (answer ? undefined : setAsked((n) => n + 1)),
  });
  const pressing = press.isPending;

  useEffect(() => {
    if (pressing) return;
    const stop = new AbortController();
    let renew: ReturnType<typeof setTimeout> | undefined;
    const offer = async () => {
      const options = await passkeyOptions(stop.signal);
      if (!isAtHome(options.public_key.rpId)) return setElsewhere(options.origin);
      if (!(await offersInField()) || stop.signal.aborted) return;
      renew = setTimeout(() => setAsked((n) => n + 1), RENEW_MS);
      const credential = await askPasskey(options, { conditional: true, signal: stop.signal });
      setOffered(undefined);
      done.current(await enter(credential));
    };
    // Nobody asked for this: a browser that can't, or an abort, is no failure. A passkey that was refused is.
    void offer().catch((error: unknown) => (error instanceof DOMException || stop.signal.aborted ? undefined : setOffered(error)));
    return () => {
      clearTimeout(renew);
      stop.abort();
    };
  }, [pressing, asked]);

  useEffect(() => button.current?.focus(), []);

  if (elsewhere) {
    return (
      <Banner tone="info">
        {t("passkey.elsewhere")} <a href={`${elsewhere}/sign-in`}>{elsewhere}</a>
      </Banner>
    );
  }
  const failed = press.error ?? offered;
  return (
    <div className="passkey-door">
      <Button ref={button} kind="primary" wide icon="key" label={t(pressing ? "passkey.waiting" : "passkey.signIn")} busy={pressing} onPress={() => press.mutate()} />
      <ErrorLine text={failed ? words(failed) : undefined} />
      {alone ? null : (
        <p className="door-or" aria-hidden="true">
          {t("passkey.or")}
        </p>
      )}
    </div>
  );
}

/** Whether there is anything to offer. */
export const canOfferPasskeys = passkeysHere;
