import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { CareTeam, Colleague, Id, OpenEmergency, Patient, PatientLine, RelationLine } from "@/api/types";

export const patientsQuery = (q: string) =>
  queryOptions({
    queryKey: ["patients", "list", q],
    queryFn: ({ signal }) => api.list<PatientLine>("/patients", { q }, signal),
    // A search is an entry of the log: no search of its own accord.
    refetchOnWindowFocus: false,
    staleTime: q === "" ? 0 : Infinity,
  });

export const patientQuery = (id: Id) =>
  queryOptions({
    queryKey: ["patients", "one", id],
    queryFn: ({ signal }) => api.get<Patient>(`/patients/${id}`, undefined, signal),
    refetchOnWindowFocus: false,
    staleTime: 60_000,
  });

export const relationsQuery = (id: Id) =>
  queryOptions({
    queryKey: ["patients", "relations", id],
    queryFn: ({ signal }) => api.list<RelationLine>(`/patients/${id}/relations`, undefined, signal),
  });

export const teamsQuery = queryOptions({
  queryKey: ["teams"],
  queryFn: ({ signal }) => api.list<CareTeam>("/teams", undefined, signal),
});

export const colleaguesQuery = queryOptions({
  queryKey: ["care", "colleagues"],
  queryFn: ({ signal }) => api.list<Colleague>("/care/colleagues", undefined, signal),
});

export const emergenciesQuery = queryOptions({
  queryKey: ["emergencies", "mine"],
  queryFn: ({ signal }) => api.list<OpenEmergency>("/me/break-glass", undefined, signal),
});
