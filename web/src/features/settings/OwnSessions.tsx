import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { SessionLine } from "@/api/types";
import { useT } from "@/i18n";
import { Failure, Skeleton } from "@/ui/pieces";
import { SessionTable } from "@/ui/SessionTable";
import { useVoice } from "@/ui/toasts";

export function OwnSessions() {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const sessions = useQuery({
    queryKey: ["my-sessions"],
    queryFn: ({ signal }) => api.list<SessionLine>("/me/sessions", undefined, signal),
  });
  const end = useMutation({
    mutationFn: (id: string) => api.delete(`/me/sessions/${id}`),
    onSuccess: () => {
      tell(t("sessions.ended"));
      void client.invalidateQueries({ queryKey: ["my-sessions"] });
    },
  });
  if (sessions.error && !sessions.data) return <Failure error={sessions.error} onRetry={() => void sessions.refetch()} />;
  if (!sessions.data) return <Skeleton rows={2} />;
  return (
    <>
      {end.error ? <Failure error={end.error} /> : null}
      <SessionTable sessions={sessions.data} onEnd={(session) => end.mutate(session.id)} />
    </>
  );
}
