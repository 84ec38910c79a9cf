import { useCallback } from "react";
import { Problem } from "@/api/client";
import { useT, type MessageKey } from "@/i18n";

const KNOWN = new Set([
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

/** Puts an error into words that say what to do. */
export function useProblemText(): (error: unknown) => string {
  const t = useT();
  return useCallback(
    (error) => {
      if (!(error instanceof Problem)) return t("problem.internal");
      if (error.slug === "rate_limited") return t("problem.rate_limited", { seconds: error.retryAfterSeconds ?? 0 });
      const said = error.errors.map((one) => one.message).filter(Boolean);
      if (error.slug === "validation" && said.length > 0) return `${t("problem.validation")} ${said.join(" ")}`;
      return t(KNOWN.has(error.slug) ? (`problem.${error.slug}` as MessageKey) : "problem.internal");
    },
    [t],
  );
}
