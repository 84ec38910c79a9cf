/** What the page of provisioning works with. */

import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { ProvisionedRole, ScimRequest, ServiceAccount, ServiceToken } from "@/api/types";

export const programsQuery = queryOptions({
  queryKey: ["provisioning", "programs"],
  queryFn: ({ signal }) => api.list<ServiceAccount>("/service-accounts", undefined, signal),
});

export const tokensQuery = queryOptions({
  queryKey: ["provisioning", "tokens"],
  queryFn: ({ signal }) => api.list<ServiceToken>("/service-tokens", undefined, signal),
});

export const givenRolesQuery = queryOptions({
  queryKey: ["provisioning", "roles"],
  queryFn: ({ signal }) => api.list<ProvisionedRole>("/provisioned-roles", undefined, signal),
});

export const requestsQuery = queryOptions({
  queryKey: ["provisioning", "requests"],
  queryFn: ({ signal }) => api.list<ScimRequest>("/scim-requests", undefined, signal),
  refetchInterval: 15_000,
});
