import type { QueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { DraftLine, Page } from "@/api/types";

const UNDO_MS = 15_000;

/**
 * Throws a draft away after the time in which it can still be undone. Leaving the page throws it away at once.
 * Gives back the undo.
 */
export function discardLater(client: QueryClient, id: string): () => void {
  client.setQueriesData<Page<DraftLine>>({ queryKey: ["drafts"] }, (page) =>
    page?.items ? { ...page, items: page.items.filter((one) => one.id !== id) } : page,
  );
  const end = (keepalive: boolean) => {
    stop();
    void api
      .delete(`/drafts/${id}`, { keepalive })
      .catch(() => undefined)
      .then(() => client.invalidateQueries({ queryKey: ["drafts"] }));
  };
  const leave = () => end(true);
  const timer = setTimeout(() => end(false), UNDO_MS);
  const stop = () => {
    clearTimeout(timer);
    window.removeEventListener("pagehide", leave);
  };
  window.addEventListener("pagehide", leave);
  return () => {
    stop();
    void client.invalidateQueries({ queryKey: ["drafts"] });
  };
}
