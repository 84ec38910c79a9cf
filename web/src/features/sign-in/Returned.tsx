import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, isProblem } from "@/api/client";
import type { ProviderFinished } from "@/api/types";
import { acceptSession, sessionQuery, tellTabs, useSessionAnswer } from "@/app/session";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Banner, Skeleton } from "@/ui/pieces";
import { useProblemText } from "@/ui/problem";
import { useVoice } from "@/ui/toasts";
import { Door } from "./Door";

/** What the provider sent along: read once, and gone from the address before anything else happens. */
function takeAnswer() {
  const query = new URLSearchParams(location.search);
  history.replaceState(history.state, "", location.pathname);
  return { code: query.get("code"), error: query.get("error"), state: query.get("state") ?? "", iss: query.get("iss") };
}

/** Somebody comes back from an identity provider. */
export function Returned() {
  const t = useT();
  const words = useProblemText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { tell } = useVoice();
  const inside = useSessionAnswer().data?.state === "signed_in";
  const [answer] = useState(takeAnswer);
  // In a window of its own there is nowhere to go on: the other one does.
  const proved = (next: string | null) => {
    tellTabs({ kind: "proved" });
    if (!next) return window.close();
    tell(t("stepUp.again"));
    void navigate({ href: next, replace: true });
  };
  const finish = useMutation({
    mutationFn: async () => {
      // What is asked about the session before its secret changes must not be answered after it.
      await client.ensureQueryData(sessionQuery);
      return api.post<ProviderFinished>("/session/provider/finish", answer);
    },
    onSuccess: (done) => {
      acceptSession(client, done.session);
      if (done.proved) return proved(done.next);
      if (done.session.state === "signed_in") tellTabs({ kind: "session" });
      const entered = done.session.state === "signed_in" && !done.linked;
      const to = done.linked ? "/settings" : entered ? (done.next ?? "/") : "/sign-in";
      void navigate({ href: done.next && !entered && !done.linked ? `/sign-in?${new URLSearchParams({ next: done.next })}` : to, replace: true });
    },
  });
  const { mutate } = finish;
  // Once: the code is good once as well.
  useEffect(() => mutate(), [mutate]);
  const said = finish.error;
  const failed = !said
    ? undefined
    : answer.error === "access_denied"
      ? t("provider.cancelled")
      : isProblem(said, "unauthenticated")
        ? t("provider.refused")
        : words(said);
  if (finish.data?.proved)
    return (
      <Door title={t("stepUp.proved")}>
        <Banner tone="ok" live>
          {t("stepUp.provedText")}
        </Banner>
      </Door>
    );
  // Who is signed in wanted to prove or link something: a window of its own closes, this one goes back.
  const back = () => {
    if (inside) window.close();
    void navigate({ to: inside ? "/settings" : "/sign-in", replace: true });
  };
  return (
    <Door title={t(failed ? "provider.failedTitle" : "provider.finishing")}>
      {failed ? (
        <>
          <Banner tone="danger" live>
            {failed}
          </Banner>
          <Button kind="primary" wide label={t(inside ? "do.close" : "provider.again")} onPress={back} />
        </>
      ) : (
        <Skeleton rows={2} />
      )}
    </Door>
  );
}
