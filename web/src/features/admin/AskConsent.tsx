import { isProblem } from "@/api/client";
import { useT } from "@/i18n";
import { TextField } from "@/ui/Field";
import { Banner } from "@/ui/pieces";

/** Whether what was refused can be asked for: it gives rights over others. */
export function needsConsent(error: unknown): boolean {
  return isProblem(error, "conflict") && error.detail === "needs_consent";
}

/** Says that a colleague must consent, and asks for the reason that they will read. */
export function AskConsent({ reason, onReason }: { reason: string; onReason: (reason: string) => void }) {
  const t = useT();
  return (
    <>
      <Banner tone="info" live>
        {t("consent.needed")}
      </Banner>
      <TextField
        label={t("recovery.reason")}
        help={t("consent.reasonHelp")}
        autoComplete="off"
        maxLength={500}
        value={reason}
        onChange={onReason}
        required
      />
    </>
  );
}
