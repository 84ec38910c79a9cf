import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "@/api/client";
import type { EmergencyLine, Page } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Segments, TextArea } from "@/ui/Field";
import { Chip, Empty, Failure, Skeleton } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { useTitle } from "@/ui/title";
import { useVoice } from "@/ui/toasts";

/** Emergency accesses that nobody has judged yet. */
export function Emergencies() {
  const t = useT();
  const formats = useFormats();
  const [judging, setJudging] = useState<EmergencyLine>();
  const queue = useInfiniteQuery({
    queryKey: ["emergencies", "queue"],
    queryFn: ({ pageParam, signal }) => api.get<Page<EmergencyLine>>("/break-glass", { cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  useTitle(t("emergencies.title"));
  const lines = queue.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("emergencies.title")}</h1>
          <p className="soft">{t("emergencies.lead")}</p>
        </div>
      </header>
      {queue.error && !queue.data ? <Failure error={queue.error} onRetry={() => void queue.refetch()} /> : null}
      {queue.isPending ? <Skeleton rows={3} /> : null}
      {queue.data && lines.length === 0 ? <Empty icon="check" title={t("emergencies.empty")} /> : null}
      {lines.length > 0 ? (
        <Table
          label={t("emergencies.title")}
          rows={lines}
          keyOf={(one) => one.id}
          columns={[
            {
              id: "who",
              head: t("looked.who"),
              names: true,
              cell: (one) => (
                <span className="two-lines">
                  {one.person_name}
                  <Link to="/patients/$patient" params={{ patient: one.patient_id }} preload={false}>
                    {one.patient_name}
                  </Link>
                </span>
              ),
            },
            {
              id: "when",
              head: t("looked.when"),
              cell: (one) =>
                t("emergencies.time", { from: formats.full(one.started_at), until: formats.full(one.ends_at) }),
            },
            { id: "why", head: t("relations.reason"), cell: (one) => one.reason },
            {
              id: "acts",
              head: t("admin.actions"),
              quiet: true,
              cell: (one) =>
                one.own ? (
                  <Chip>{t("emergencies.own")}</Chip>
                ) : (
                  <Button
                    small
                    label={t("emergencies.judgeDo")}
                    aria-label={t("emergencies.judge", { who: one.person_name })}
                    onPress={() => setJudging(one)}
                  />
                ),
            },
          ]}
        />
      ) : null}
      {queue.hasNextPage ? (
        <Button label={t("do.more")} busy={queue.isFetchingNextPage} onPress={() => void queue.fetchNextPage()} />
      ) : null}
      {judging ? <Judge line={judging} onClose={() => setJudging(undefined)} /> : null}
    </div>
  );
}

function Judge({ line, onClose }: { line: EmergencyLine; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [verdict, setVerdict] = useState<"justified" | "not_justified">("justified");
  const [note, setNote] = useState("");
  const judge = useMutation({
    mutationFn: () => api.post(`/break-glass/${line.id}/review`, { verdict, note: note.trim() }),
    onSuccess: () => {
      tell(t("emergencies.done"));
      onClose();
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["emergencies"] }),
  });
  return (
    <Dialog
      title={t("emergencies.line", { who: line.person_name, patient: line.patient_name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button
            kind="primary"
            label={t("do.save")}
            busy={judge.isPending}
            isDisabled={verdict === "not_justified" && note.trim() === ""}
            onPress={() => judge.mutate()}
          />
        </>
      }
    >
      <p>{t("looked.reason", { reason: line.reason })}</p>
      <Segments
        label={t("emergencies.title")}
        value={verdict}
        onChange={setVerdict}
        options={[
          { value: "justified", label: t("emergencies.justified") },
          { value: "not_justified", label: t("emergencies.notJustified") },
        ]}
      />
      <TextArea
        label={t("emergencies.note")}
        help={t("emergencies.noteHelp")}
        rows={3}
        maxLength={1000}
        value={note}
        onChange={setNote}
        required={verdict === "not_justified"}
      />
      {judge.error ? <Failure error={judge.error} /> : null}
    </Dialog>
  );
}
