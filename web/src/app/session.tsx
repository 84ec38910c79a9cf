/** Who is signed in. The server decides; tabs tell each other; the page only follows. */

import { queryOptions, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { api, setCsrf } from "@/api/client";
import type { Permission, SessionAnswer, SignedIn } from "@/api/types";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }) => {
    const answer = await api.get<SessionAnswer>("/session", undefined, signal);
    setCsrf(answer.state === "signed_in" ? answer.csrf : undefined);
    return answer;
  },
  staleTime: Infinity,
  refetchOnWindowFocus: "always",
  retry: (count, error) => count < 2 && !("status" in error && Number(error.status) >= 400 && Number(error.status) < 500),
});

export const useSessionAnswer = () => useQuery(sessionQuery);

export const SessionContext = createContext<SignedIn | null>(null);

/** The session inside the signed-in part of the app. */
export function useSession(): SignedIn {
  const session = useContext(SessionContext);
  if (!session) throw new Error("used outside the signed-in part");
  return session;
}

export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useSession();
  return (permission) => permissions.includes(permission);
}

export type TabMessage =
  | { kind: "session" }
  /** Somebody proved themselves anew, in a window that was opened for it. */
  | { kind: "proved" }
  | { kind: "signed_out"; idle: boolean }
  | { kind: "idle"; expires_at: string };

const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("wardpost.session");

/** Tells the other tabs of this browser. */
export const tellTabs = (message: TabMessage) => channel?.postMessage(message);

export function hearTabs(act: (message: TabMessage) => void): () => void {
  const hear = (event: MessageEvent<TabMessage>) => act(event.data);
  channel?.addEventListener("message", hear);
  return () => channel?.removeEventListener("message", hear);
}

/** Takes over what the server answered to a sign-in step. */
export function acceptSession(client: QueryClient, answer: SessionAnswer): void {
  // What the page asked for before this step says how it was then: it must not come after.
  void client.cancelQueries({ queryKey: sessionQuery.queryKey });
  setCsrf(answer.state === "signed_in" ? answer.csrf : undefined);
  client.setQueryData(sessionQuery.queryKey, answer);
}

let endedByIdle = false;
export const wasEndedByIdle = () => endedByIdle;

/** Forgets everything that was shown, and shows the sign-in page. */
export function leaveSession(client: QueryClient, idle: boolean): void {
  endedByIdle = idle;
  setCsrf(undefined);
  // What is open here is for the server to say: everything, until it has.
  const left: SessionAnswer = { state: "anonymous", ways: ["passkey", "password"], zone: null, certificate_gap: null, waiting: false, providers: [] };
  client.setQueryData(sessionQuery.queryKey, left);
  void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
}

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    let there: { continue_at: string } | undefined;
    try {
      there = await api.delete<{ continue_at: string } | undefined>("/session");
    } finally {
      tellTabs({ kind: "signed_out", idle: false });
      leaveSession(client, false);
    }
    // The identity provider by which one came in is signed out of as well.
    if (there) location.assign(there.continue_at);
  };
}
