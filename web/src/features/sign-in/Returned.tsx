import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, isProblem } from "@/api/client";
import type { ProviderFinished } from "@/api/types";
import { acceptSession, tellTabs } from "@/app/session";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Banner, Skeleton } from "@/ui/pieces";
import { useProblemText } from "@/ui/problem";
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
  const [answer] = useState(takeAnswer);
  const finish = useMutation({
    mutationFn: () => api.post<ProviderFinished>("/session/provider/finish", answer),
    onSuccess: (done) => {
      acceptSession(client, done.session);
      if (done.session.state === "signed_in") tellTabs({ kind: "session" });
      const inside = done.session.state === "signed_in" && !done.linked;
      const to = done.linked ? "/settings" : inside ? (done.next ?? "/") : "/sign-in";
      void navigate({ href: done.next && !inside && !done.linked ? `/sign-in?${new URLSearchParams({ next: done.next })}` : to, replace: true });
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
  return (
    <Door title={t(failed ? "provider.failedTitle" : "provider.finishing")}>
      {failed ? (
        <>
          <Banner tone="danger" live>
            {failed}
          </Banner>
          <Button kind="primary" wide label={t("provider.again")} onPress={() => void navigate({ to: "/sign-in", replace: true })} />
        </>
      ) : (
        <Skeleton rows={2} />
      )}
    </Door>
  );
}
