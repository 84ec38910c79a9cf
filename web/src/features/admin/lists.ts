/** What administration works with: people, roles and mailboxes, fetched whole or page by page. */

import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { Mailbox, PermissionName, PersonLine, Role } from "@/api/types";

export const rolesQuery = queryOptions({
  queryKey: ["roles"],
  queryFn: ({ signal }) => api.list<Role>("/roles", undefined, signal),
});

export const permissionsQuery = queryOptions({
  queryKey: ["permissions"],
  queryFn: ({ signal }) => api.list<PermissionName>("/permissions", undefined, signal),
  staleTime: Infinity,
});

export const mailboxesQuery = queryOptions({
  queryKey: ["mailboxes"],
  queryFn: ({ signal }) => api.list<Mailbox>("/mailboxes", { limit: 200 }, signal),
});

/** The first two hundred: enough to choose from by name. */
export const peopleNamesQuery = queryOptions({
  queryKey: ["people", "names-list"],
  queryFn: ({ signal }) => api.list<PersonLine>("/people", { limit: 200 }, signal),
});

/** How a person's state looks. */
export const STATE_TONES = { invited: "info", active: "ok", disabled: "plain" } as const;
