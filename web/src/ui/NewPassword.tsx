import { isProblem } from "@/api/client";
import { useT } from "@/i18n";
import { PasswordField } from "./PasswordField";

/** SP 800-63B-4: at least 8 characters when a second factor goes with it; length is what counts, not signs. */
export const PASSWORD_MIN = 8;

/** What the server said about the password, in the reader's words. */
export function usePasswordError(error: unknown): string | undefined {
  const t = useT();
  if (!isProblem(error)) return undefined;
  const one = error.errors.find((found) => ["too_short", "blocklisted", "context_word", "too_long"].includes(found.code));
  switch (one?.code) {
    case "too_short":
      return t("password.too_short", { min: PASSWORD_MIN });
    case "blocklisted":
      return t("password.blocklisted");
    case "context_word":
      return t("password.context_word");
    case "too_long":
      return t("password.too_long");
    default:
      return undefined;
  }
}

export function NewPassword(props: { value: string; onChange: (value: string) => void; error?: string | undefined }) {
  const t = useT();
  // Counted as the server counts: code points after normalisation.
  const length = Array.from(props.value.normalize("NFC")).length;
  const steps = length === 0 ? 0 : length < PASSWORD_MIN ? 1 : length < 12 ? 2 : length < 18 ? 3 : 4;
  const words = [
    "",
    t("password.lengthShort", { left: Math.max(PASSWORD_MIN - length, 0) }),
    t("password.lengthOk"),
    t("password.lengthGood"),
    t("password.lengthStrong"),
  ][steps];
  return (
    <div className="new-password">
      <PasswordField
        label={t("password.new")}
        name="new-password"
        autoComplete="new-password"
        value={props.value}
        onChange={props.onChange}
        help={t("password.rules", { min: PASSWORD_MIN })}
        error={props.error}
      />
      <div className="strength" data-steps={steps} aria-hidden="true">
        <span />
        <span />
        <span />
        <span />
      </div>
      <p className="small soft" aria-live="polite">
        {words}
      </p>
    </div>
  );
}
