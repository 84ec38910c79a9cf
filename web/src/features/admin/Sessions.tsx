import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { SessionLine } from "@/api/types";
import { useT } from "@/i18n";
import { Empty, Failure, Skeleton } from "@/ui/pieces";
import { SessionTable } from "@/ui/SessionTable";
import { useVoice } from "@/ui/toasts";

export function Sessions() {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const sessions = useQuery({
    queryKey: ["sessions"],
    queryFn: ({ signal }) => api.list<SessionLine>("/sessions", { limit: 200 }, signal),
  });
  const end = useMutation({
    mutationFn: (id: string) => api.delete(`/sessions/${id}`),
    onSuccess: () => {
      tell(t("sessions.ended"));
      void client.invalidateQueries({ queryKey: ["sessions"] });
    },
  });
  return (
    <>
      <header>
        <h1>{t("admin.sessions")}</h1>
        <p className="soft">{t("sessions.lead")}</p>
      </header>
      {sessions.error && !sessions.data ? <Failure error={sessions.error} onRetry={() => void sessions.refetch()} /> : null}
      {end.error ? <Failure error={end.error} /> : null}
      {sessions.isPending ? <Skeleton rows={4} /> : null}
      {sessions.data?.length === 0 ? <Empty icon="people" title={t("sessions.none")} /> : null}
      {sessions.data && sessions.data.length > 0 ? (
        <SessionTable sessions={sessions.data} withPerson onEnd={(session) => end.mutate(session.id)} />
      ) : null}
    </>
  );
}
