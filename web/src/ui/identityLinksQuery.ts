import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { IdentityLinks } from "@/api/types";

/** One's accounts at the organisation's identity providers, and the providers that one may link to. */
export const identityLinksQuery = queryOptions({
  queryKey: ["identity-links"],
  queryFn: ({ signal }) => api.get<IdentityLinks>("/me/identity-links", undefined, signal),
});
