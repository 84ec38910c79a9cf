import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { Id, PersonLine, PersonRights, SessionLine } from "@/api/types";

export const personQuery = (id: Id) =>
  queryOptions({
    queryKey: ["people", "one", id],
    queryFn: ({ signal }) => api.get<PersonLine>(`/people/${id}`, undefined, signal),
  });

export const personSessionsQuery = (id: Id) =>
  queryOptions({
    queryKey: ["people", "sessions", id],
    queryFn: ({ signal }) => api.list<SessionLine>(`/people/${id}/sessions`, undefined, signal),
  });

export const rightsQuery = (id: Id, zone: string) =>
  queryOptions({
    queryKey: ["rights", id, zone],
    queryFn: ({ signal }) => api.get<PersonRights>(`/people/${id}/rights`, zone ? { zone } : undefined, signal),
    // Looking is recorded: not of its own accord.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    placeholderData: (before) => before,
  });
