import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { api, isProblem } from "@/api/client";
import type { Draft } from "@/api/types";
import { useT } from "@/i18n";
import { Empty, Failure, Skeleton } from "@/ui/pieces";
import { Compose } from "./Compose";

export function ComposePage() {
  const t = useT();
  const { draft: id } = useParams({ from: "/inside/later/compose/$draft" });
  const draft = useQuery({
    queryKey: ["draft", id],
    queryFn: ({ signal }) => api.get<Draft>(`/drafts/${id}`, undefined, signal),
    // The editor owns the draft once it is open; what others change shows as a conflict when saving.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  useEffect(() => {
    document.title = `${t("compose.title")} · Wardpost`;
  }, [t]);
  if (draft.data) return <Compose key={id} draft={draft.data} />;
  if (isProblem(draft.error, "not_found")) {
    return (
      <Empty icon="draft" title={t("compose.gone")} action={<Link to="/drafts">{t("nav.drafts")}</Link>}>
        {t("compose.goneHelp")}
      </Empty>
    );
  }
  if (draft.error) return <Failure error={draft.error} onRetry={() => void draft.refetch()} />;
  return <Skeleton />;
}
