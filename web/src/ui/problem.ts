import { useCallback } from "react";
import { Problem } from "@/api/client";
import type { MessageKey } from "@/i18n";
import { useT } from "@/i18n";

/** Slugs that have words of their own; any other is a fault of the server. */
const SLUGS = new Set([
  "offline",
  "unauthenticated",
  "second_factor_required",
  "forbidden",
  "not_found",
  "conflict",
  "version_conflict",
  "too_large",
  "validation",
  "locked",
  "gate_blocked",
  "confirmation_needed",
  "unavailable",
]);

/** Stable codes of `detail` that say more than the slug. */
const DETAILS = new Set([
  "own_roles",
  "held_role",
  "grants_more",
  "own_message",
  "no_relation",
  "own_relation",
  "own_grant",
  "own_mandate",
  "acting_for",
  "proxy_over",
  "out_of_scope",
  "birth_date_missing",
  "already_proxy",
  "mandate_reads_only",
  "grantor_disabled",
  "too_many",
  "finding_gone",
  "too_many_reports",
  "not_sent",
  "would_expose",
  "not_one_line",
  "already_open",
  "not_needed",
  "own_account",
  "own_ask",
  "needs_consent",
  "no_consent_needed",
  "asker_gone",
  "nobody_to_consent",
  "not_in_use",
  "mandate_over",
  "claimed",
  "nothing_to_override",
  "recent_sign_in",
  "last_administrator",
  "role_in_use",
  "domain_in_use",
  "domain_taken",
  "mailbox_closed",
  "nothing_to_recall",
  "no_open_pickup",
  "too_many_app_passwords",
  "too_many_passkeys",
  "service_account",
  "too_many_tokens",
  "too_many_accounts",
  "role_missing",
  "passkey_known",
  "last_way_in",
  "last_security_key",
  "already_linked",
  "too_many_providers",
  "provider_unknown",
  "provider_link_first",
  "provider_single_factor",
  "provider_linked",
  "provider_other_account",
  "not_sequenced_yet",
  "no_telephone",
  "in_progress",
  "already_disabled",
  "bulk_nothing",
  "bulk_undone",
  "bulk_too_late",
  "review_open",
  "review_closed",
  "review_undecided",
  "own_rights",
  "rows_wrong",
  "no_authenticator",
  "state",
  "disabled",
  "zone_nothing",
  "zone_way",
  "zone_read_only",
  "zone_downloads",
]);

/** Codes of field errors. */
const FAULTS = new Set([
  "required",
  "taken",
  "duplicate",
  "too_long",
  "too_short",
  "too_many",
  "range",
  "length",
  "malformed",
  "own_domain",
  "foreign_domain",
  "partner_domain",
  "wrong",
  "unchanged",
  "yourself",
  "not_able",
  "age",
  "expired",
  "columns",
  "encoding",
  "locks_you_out",
]);
const SAME_AS: Record<string, string> = {
  missing: "required",
  invalid: "malformed",
  character: "malformed",
  single_label: "malformed",
  unknown: "malformed",
};

/** Puts an error into words that say what to do. */
export function useProblemText(): (error: unknown) => string {
  const t = useT();
  return useCallback(
    (error) => {
      if (!(error instanceof Problem)) return t("problem.internal");
      if (error.slug === "rate_limited") return t("problem.rate_limited", { seconds: error.retryAfterSeconds ?? 0 });
      if (error.detail && DETAILS.has(error.detail)) return t(`detail.${error.detail}` as MessageKey);
      if (error.slug === "validation") {
        const codes = error.errors.map(({ code }) => SAME_AS[code] ?? code).filter((code) => FAULTS.has(code));
        const said = [...new Set(codes)].map((code) => t(`fault.${code}` as MessageKey));
        return [t("problem.validation"), ...said].join(" ");
      }
      return t(SLUGS.has(error.slug) ? (`problem.${error.slug}` as MessageKey) : "problem.internal");
    },
    [t],
  );
}
