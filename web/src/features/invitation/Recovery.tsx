import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, isProblem } from "@/api/client";
import { Door } from "@/features/sign-in/Door";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Banner, Failure } from "@/ui/pieces";

/** The token comes in the fragment, which no server sees; it leaves the address bar at once. */
function takeToken(): string {
  const fragment = location.hash.slice(1);
  if (fragment) history.replaceState(history.state, "", location.pathname);
  return fragment;
}

/** Both halves together: the link from one colleague, the code from another. */
export function RecoveryPage() {
  const t = useT();
  const navigate = useNavigate();
  const [token] = useState(takeToken);
  const [code, setCode] = useState("");
  const recover = useMutation({
    mutationFn: () => api.post<{ invitation_token: string }>("/recovery", { token, code: code.replace(/\D/g, "") }),
    onSuccess: (answer) => void navigate({ to: "/invitation", hash: answer.invitation_token, replace: true }),
  });
  if (token === "" || isProblem(recover.error, "not_found")) {
    return (
      <Door title={t("recovery.title")}>
        <Banner tone="warn">
          <strong>{t("recovery.bad")}</strong> {t("recovery.badHelp")}
        </Banner>
      </Door>
    );
  }
  const wrong = isProblem(recover.error, "unauthenticated");
  return (
    <Door title={t("recovery.title")} lead={t("recovery.lead")}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          recover.mutate();
        }}
      >
        <TextField
          label={t("recovery.code")}
          help={t("recovery.codeHelp")}
          inputMode="numeric"
          autoComplete="off"
          value={code}
          onChange={setCode}
          error={wrong ? t("recovery.wrongCode") : undefined}
          required
        />
        <Button kind="primary" type="submit" label={t("recovery.go")} busy={recover.isPending} isDisabled={code.replace(/\D/g, "").length !== 8} />
      </form>
      {recover.error && !wrong ? <Failure error={recover.error} /> : null}
    </Door>
  );
}
