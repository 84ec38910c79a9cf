import type { Reason } from "@/api/types";
import { useFormats, useT, type Translate } from "@/i18n";

/** A reason of the gate in words. */
export function reasonText(t: Translate, reason: Reason, list: (items: readonly string[]) => string): string {
  switch (reason.code) {
    case "found_special":
      return t("reason.found_special", { categories: list(reason.categories.map((one) => t(`special.${one}`))) });
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

const CODES = [
  "in_house",
  "partner_verified_tls",
  "provider_verified_tls",
  "no_verified_tls",
  "tls_unknown",
  "policy_protects",
  "policy_holds",
  "policy_blocks",
  "sent_anyway",
  "sender_asks_pickup",
  "code_by_sms",
  "agreed_secret",
  "needs_second_factor",
  "found_health",
  "found_health_many",
  "found_special",
  "found_identifier",
  "found_unreadable",
  "first_contact",
  "look_alike",
  "no_such_mailbox",
  "fell_back",
] as const satisfies readonly Reason["code"][];
type Complete = [Exclude<Reason["code"], (typeof CODES)[number]>] extends [never] ? true : never;
true satisfies Complete;

/** What the log keeps as the reason: codes in words; what a person or the server wrote stays as it is. */
export function whyText(t: Translate, why: string): string {
  const parts = why.split(" ").map((part) => CODES.find((code) => code === part));
  const known = parts.filter((code) => code !== undefined);
  if (known.length === 0 || known.length < parts.length) return why;
  const text = known.map((code) => t(`why.${code}`)).join(", ");
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

export function Reasons({ reasons }: { reasons: readonly Reason[] }) {
  const t = useT();
  const formats = useFormats();
  if (reasons.length === 0) return null;
  return (
    <ul className="reasons">
      {reasons.map((reason, index) => (
        <li key={index} data-code={reason.code}>
          {reasonText(t, reason, formats.list)}
        </li>
      ))}
    </ul>
  );
}
