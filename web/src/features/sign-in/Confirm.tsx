import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, isProblem } from "@/api/client";
import { useT } from "@/i18n";
import { Banner, Failure } from "@/ui/pieces";
import { Door } from "./Door";

/** Follows the link that confirms an e-mail address. Its token stands in the fragment, which no server sees. */
export function ConfirmPage() {
  const t = useT();
  const [token] = useState(() => location.hash.slice(1));
  const { mutate, ...confirm } = useMutation({ mutationFn: () => api.post("/confirmations", { token }) });
  useEffect(() => {
    // Out of the address bar and the history at once.
    history.replaceState(history.state, "", location.pathname);
    mutate();
  }, [mutate]);
  const bad = isProblem(confirm.error, "not_found");
  return (
    <Door title={t("confirm.title")}>
      {confirm.isSuccess ? (
        <Banner tone="ok" live>
          {t("confirm.done")}
        </Banner>
      ) : bad ? (
        <Banner tone="warn" live>
          {t("confirm.bad")}
        </Banner>
      ) : confirm.error ? (
        <Failure error={confirm.error} onRetry={() => mutate()} />
      ) : (
        <p role="status">{t("confirm.busy")}</p>
      )}
      <Link to="/">{t("confirm.on")}</Link>
    </Door>
  );
}
