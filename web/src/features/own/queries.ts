import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { Id, OwnProxies, PatientDetails, Proxy, RelationLine, SessionAnswer } from "@/api/types";
import { acceptSession, tellTabs } from "@/app/session";

export const detailsQuery = queryOptions({
  queryKey: ["own", "details"],
  queryFn: ({ signal }) => api.get<PatientDetails>("/me/details", undefined, signal),
  // Looking is itself recorded: not again of its own accord.
  staleTime: Infinity,
  refetchOnWindowFocus: false,
  retry: false,
});

export const ownCareQuery = queryOptions({
  queryKey: ["own", "care"],
  queryFn: ({ signal }) => api.list<RelationLine>("/me/care", undefined, signal),
});

export const ownProxiesQuery = queryOptions({
  queryKey: ["proxies", "own"],
  queryFn: ({ signal }) => api.get<OwnProxies>("/me/proxies", undefined, signal),
});

export const patientProxiesQuery = (patient: Id) =>
  queryOptions({
    queryKey: ["proxies", "patient", patient],
    queryFn: ({ signal }) => api.list<Proxy>(`/patients/${patient}/proxies`, undefined, signal),
  });

export function useProxiesChanged(): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: ["proxies"] });
}

/** From now on this session acts for a patient, or for nobody; what was shown of the other goes (see `SignedInPart`). */
export function useActFor() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (patient: Id | null) => api.post<SessionAnswer>("/session/act-for", { patient_id: patient }),
    onSuccess: (answer) => {
      acceptSession(client, answer);
      tellTabs({ kind: "session" });
    },
  });
}
