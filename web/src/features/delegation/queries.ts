import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { Mandate, MandateChoices } from "@/api/types";

/** One's own, or everybody's for who manages them. */
export const mandatesQuery = (all: boolean) =>
  queryOptions({
    queryKey: ["mandates", all ? "all" : "own"],
    queryFn: ({ signal }) => api.list<Mandate>(all ? "/mandates" : "/me/mandates", undefined, signal),
  });

export const mandateChoicesQuery = queryOptions({
  queryKey: ["mandates", "choices"],
  queryFn: ({ signal }) => api.get<MandateChoices>("/mandates/choices", undefined, signal),
});

export function useMandatesChanged(): () => void {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: ["mandates"] });
    void client.invalidateQueries({ queryKey: ["session"] });
  };
}
