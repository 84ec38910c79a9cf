import type { Reason } from "@/api/types";
import { useT, type Translate } from "@/i18n";

/** A reason of the gate in words. */
export function reasonText(t: Translate, reason: Reason): string {
  switch (reason.code) {
    case "partner_verified_tls":
      return t("reason.partner_verified_tls", { partner: reason.partner });
    case "code_by_sms":
      return t("reason.code_by_sms", { phone: reason.phone });
    case "look_alike":
      return t("reason.look_alike", { domain: reason.domain });
    default:
      return t(`reason.${reason.code}`);
  }
}

export function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  const t = useT();
  if (reasons.length === 0) return null;
  return (
    <ul className="reasons">
      {reasons.map((reason, index) => (
        <li key={index} data-code={reason.code}>
          {reasonText(t, reason)}
        </li>
      ))}
    </ul>
  );
}
