import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { SecurityPolicy } from "@/api/types";
import { useT } from "@/i18n";
import { rolesQuery } from "../lists";
import { factChanges, facts, type FactChange } from "./facts";

/** Names of roles; the id of one that is no more. */
export function useRoleName(): (id: string) => string {
  const roles = useQuery(rolesQuery).data;
  return useCallback((id) => roles?.find((role) => role.id === id)?.name ?? id, [roles]);
}

export function useFactChanges(before: SecurityPolicy, after: SecurityPolicy): FactChange[] {
  const t = useT();
  const roleName = useRoleName();
  return factChanges(facts(before, { t, roleName }), facts(after, { t, roleName }), t("security.nothing"));
}
