import { useCallback } from "react";
import { isProblem } from "@/api/client";
import { useT } from "@/i18n";
import { useProblemText } from "./problem";

/** What went wrong with a passkey, in words: the browser's errors have names (Web Authentication, 5.1.3.1 and 5.1.4.3). */
export function usePasskeyText(): (error: unknown) => string {
  const t = useT();
  const words = useProblemText();
  return useCallback(
    (error) => {
      if (isProblem(error, "unauthenticated")) return t("passkey.refused");
      if (isProblem(error, "validation")) return t("passkey.notBelieved");
      if (isProblem(error)) return words(error);
      switch (error instanceof DOMException ? error.name : "") {
        case "NotAllowedError":
        case "AbortError":
          return t("passkey.cancelled");
        case "InvalidStateError":
          return t("passkey.there");
        case "SecurityError":
          return t("passkey.address");
        case "NotSupportedError":
        case "ConstraintError":
          return t("passkey.unable");
        default:
          return t("passkey.failed");
      }
    },
    [t, words],
  );
}
