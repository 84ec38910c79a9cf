/** Failures of the worker in words that say what to do. */

import { useCallback } from "react";
import { CommandFailure } from "@/conversations/client";
import type { CommandError } from "@/conversations/protocol";
import { useT } from "@/i18n";

/** What went wrong; what has no code of its own is a fault of the program. */
export const codeOf = (error: unknown): CommandError => (error instanceof CommandFailure ? error.code : "failed");

export function useFaultText(): (error: unknown) => string {
  const t = useT();
  return useCallback((error) => t(`conversation.fault.${codeOf(error)}`), [t]);
}
