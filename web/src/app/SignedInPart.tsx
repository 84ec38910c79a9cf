import { useQueryClient } from "@tanstack/react-query";
import { useLocation, useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { SessionAnswer } from "@/api/types";
import { ConversationsRoot } from "@/features/conversations/start";
import { useT } from "@/i18n";
import { Failure } from "@/ui/pieces";
import { Idle } from "./Idle";
import { LiveProvider } from "./LiveProvider";
import { Redirect } from "./Redirect";
import { SessionContext, useSessionAnswer } from "./session";
import { Shell } from "./Shell";

/** When somebody else signs in, in whichever tab: nothing of the former person stays, and one begins at home. */
function useOwnThings(session: SessionAnswer | undefined) {
  const client = useQueryClient();
  const router = useRouter();
  // Acting for a patient is being somebody else, as far as what is shown goes.
  const id = session?.state === "signed_in" ? `${session.person.id} ${session.acting_for?.patient_id ?? ""}` : undefined;
  const before = useRef<string>(undefined);
  useEffect(() => {
    if (id === undefined) return;
    if (before.current !== undefined && before.current !== id) {
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      router.history.replace("/");
    }
    before.current = id;
  }, [id, client, router]);
}

/** Everything behind the sign-in. Who is not signed in goes there, and comes back to the same place. */
export function SignedInPart() {
  const t = useT();
  const session = useSessionAnswer();
  useOwnThings(session.data);
  const href = useLocation({ select: (location) => location.href });
  if (session.isPending) {
    return (
      <p className="only-read" role="status">
        {t("app.loading")}
      </p>
    );
  }
  if (!session.data) {
    return (
      <main>
        <Failure error={session.error} onRetry={() => void session.refetch()} />
      </main>
    );
  }
  if (session.data.state !== "signed_in") {
    // The location changes before this part is taken away: going there again from there would never end.
    if (href.startsWith("/sign-in")) return null;
    return <Redirect to={href === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(href)}`} />;
  }
  return (
    <SessionContext.Provider value={session.data}>
      <LiveProvider>
        <ConversationsRoot>
          <Shell />
        </ConversationsRoot>
      </LiveProvider>
      <Idle session={session.data} />
    </SessionContext.Provider>
  );
}
