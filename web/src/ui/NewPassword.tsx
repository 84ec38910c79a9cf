import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, isProblem } from "@/api/client";
import type { PasswordAdvice } from "@/api/types";
import { useT, type MessageKey } from "@/i18n";
import { PasswordField } from "./PasswordField";

/** SP 800-63B-4: at least 8 characters when a second factor goes with it; length is what counts, not signs. */
export const PASSWORD_MIN = 8;
/** Somebody who rests this long reads what is said. */
const REST_MS = 400;

/** Where advice is asked for: nothing of it is kept there. */
export type AdviceFrom =
  | { path: "/me/password/strength" | "/session/password/strength" }
  | { path: "/invitations/strength"; token: string };

const REFUSALS = ["too_short", "blocklisted", "context_word", "too_long", "same"];

/** What the server said about the password, in the reader's words. */
export function usePasswordError(error: unknown, least = PASSWORD_MIN): string | undefined {
  const t = useT();
  if (!isProblem(error)) return undefined;
  const one = error.errors.find((found) => REFUSALS.includes(found.code));
  return one ? t(`password.${one.code}` as MessageKey, { min: least }) : undefined;
}

/** The server's advice on what stands in the field, once the typing rests. */
function useAdvice(from: AdviceFrom, value: string): { advice: PasswordAdvice | undefined; asked: boolean } {
  const [rested, setRested] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  const { path, ...more } = from;
  const asked = rested !== "" && rested === value;
  const answer = useQuery({
    // The password is no key: what is cached is thrown away with the field.
    queryKey: ["password-advice", path, rested],
    queryFn: ({ signal }) => api.post<PasswordAdvice>(path, { ...more, password: rested }, { signal }),
    enabled: asked,
    gcTime: 0,
    staleTime: Infinity,
    retry: false,
  });
  return { advice: asked ? answer.data : undefined, asked };
}

export function NewPassword(props: {
  value: string;
  onChange: (value: string) => void;
  advice: AdviceFrom;
  error?: string | undefined;
}) {
  const t = useT();
  const { advice } = useAdvice(props.advice, props.value);
  const least = advice?.least_chars ?? PASSWORD_MIN;
  // Counted as the server counts: code points after normalisation.
  const length = Array.from(props.value.normalize("NFC")).length;
  const short = length < least;
  const steps = length === 0 ? 0 : short || advice?.refused ? 1 : Math.max(advice?.score ?? 2, 1);
  return (
    <div className="new-password">
      <PasswordField
        label={t("password.new")}
        name="new-password"
        autoComplete="new-password"
        value={props.value}
        onChange={props.onChange}
        help={t("password.rules", { min: least })}
        error={props.error}
      />
      <div className="strength" data-steps={steps} aria-hidden="true">
        <span />
        <span />
        <span />
        <span />
      </div>
      <div className="small soft" aria-live="polite">
        {length === 0 ? null : short ? (
          <p>{t("password.lengthShort", { left: least - length })}</p>
        ) : advice ? (
          <Advice advice={advice} />
        ) : null}
      </div>
    </div>
  );
}

/** First what the strength is, then why, then what would help. */
function Advice({ advice }: { advice: PasswordAdvice }) {
  const t = useT();
  const refused = advice.refused && advice.refused !== "too_short";
  return (
    <>
      <p>
        <strong>
          {refused
            ? t(`password.${advice.refused}` as MessageKey, { min: advice.least_chars })
            : t(`password.score.${advice.score}` as MessageKey)}
        </strong>
        {advice.warning ? ` ${t(`password.warning.${advice.warning}` as MessageKey)}` : null}
      </p>
      {advice.suggestions.length > 0 && (refused || advice.score < 4) ? (
        <ul>
          {advice.suggestions.map((one) => (
            <li key={one}>{t(`password.advice.${one}` as MessageKey)}</li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
