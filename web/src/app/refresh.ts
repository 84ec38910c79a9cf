import type { QueryClient, QueryKey } from "@tanstack/react-query";

/**
 * Fetches again what is shown of something that has changed. A first answer that is still under way may be older than
 * the change, and the library does not fetch anew for it: that is done once it is there.
 */
export function refresh(client: QueryClient, queryKey?: QueryKey): void {
  // Searching the log is itself recorded: only when somebody asks.
  const recorded = (key: QueryKey) => ["audit", "looks", "rights", "openers"].includes(String(key[0])) || (key[1] === "list" && key[0] === "patients" && key[2] !== "");
  const predicate = (query: { queryKey: QueryKey }) => !recorded(query.queryKey);
  const filters = { predicate, ...(queryKey ? { queryKey } : {}) };
  const first = client.getQueryCache().findAll({ ...filters, fetchStatus: "fetching" }).filter((query) => query.state.data === undefined);
  void client.invalidateQueries(filters);
  for (const query of first) {
    const again = () => client.invalidateQueries({ queryKey: query.queryKey, exact: true });
    query.promise?.then(again, () => undefined);
  }
}
