import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { Id, RelationKind } from "@/api/types";
import { useMay, useSession } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Choice, TextField } from "@/ui/Field";
import { Chip, Failure, Skeleton } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { useVoice } from "@/ui/toasts";
import { useCareChanged } from "./EmergencyDialog";
import { colleaguesQuery, relationsQuery, teamsQuery } from "./queries";

const KINDS: readonly RelationKind[] = ["assigned", "team", "referral", "cover"];

/** Grounds on which somebody says who else cares for a patient: what ends by itself is none. */
const LASTING = new Set(["own", "assigned", "care_team", "referral"]);

export function Relations({ patient, ground }: { patient: Id; ground: string }) {
  const t = useT();
  const may = useMay();
  const changes = may("relation.manage") && (may("patient.manage") || LASTING.has(ground));
  const formats = useFormats();
  const changed = useCareChanged();
  const { tell } = useVoice();
  const [adding, setAdding] = useState(false);
  const relations = useQuery(relationsQuery(patient));
  const end = useMutation({
    mutationFn: (id: Id) => api.delete(`/relations/${id}`),
    onSuccess: () => tell(t("relations.ended")),
    onSettled: changed,
  });
  return (
    <section className="panel">
      <header className="page-head">
        <h2>{t("relations.title")}</h2>
        {changes ? (
          <Button icon="plus" label={t("relations.add")} onPress={() => setAdding(true)} />
        ) : null}
      </header>
      {relations.error && !relations.data ? (
        <Failure error={relations.error} onRetry={() => void relations.refetch()} />
      ) : null}
      {end.error ? <Failure error={end.error} /> : null}
      {relations.isPending ? <Skeleton rows={2} /> : null}
      {relations.data?.length === 0 ? <p className="soft">{t("relations.none")}</p> : null}
      {relations.data && relations.data.length > 0 ? (
        <Table
          label={t("relations.title")}
          rows={relations.data}
          keyOf={(one) => one.id}
          columns={[
            {
              id: "who",
              head: t("relations.who"),
              names: true,
              cell: (one) => (
                <span className="two-lines">
                  {one.name} <span className="small soft">{one.reason}</span>
                </span>
              ),
            },
            { id: "kind", head: t("relations.kind"), cell: (one) => <Chip>{t(`relation.${one.kind}`)}</Chip> },
            {
              id: "since",
              head: t("looked.when"),
              cell: (one) => (
                <span className="two-lines">
                  {t("relations.since", { from: formats.short(one.starts_at), by: one.by })}
                  {one.ends_at ? (
                    <span className="small soft">{t("relations.ends", { until: formats.full(one.ends_at) })}</span>
                  ) : null}
                </span>
              ),
            },
            ...(changes
              ? [
                  {
                    id: "acts",
                    head: t("admin.actions"),
                    quiet: true,
                    cell: (one: { id: Id; name: string }) => (
                      <Button
                        kind="quiet"
                        small
                        label={t("relations.end")}
                        aria-label={t("relations.endOf", { name: one.name })}
                        busy={end.isPending && end.variables === one.id}
                        onPress={() => end.mutate(one.id)}
                      />
                    ),
                  },
                ]
              : []),
          ]}
        />
      ) : null}
      {adding ? <RelationDialog patient={patient} onClose={() => setAdding(false)} /> : null}
    </section>
  );
}

function RelationDialog({ patient, onClose }: { patient: Id; onClose: () => void }) {
  const t = useT();
  const { person } = useSession();
  const changed = useCareChanged();
  const { tell } = useVoice();
  const [kind, setKind] = useState<RelationKind>("assigned");
  const [to, setTo] = useState("");
  const [until, setUntil] = useState("");
  const [reason, setReason] = useState("");
  const colleagues = useQuery(colleaguesQuery);
  const teams = useQuery(teamsQuery);
  const who =
    kind === "team"
      ? (teams.data ?? []).filter((one) => !one.members.includes(person.id)).map(({ id, name }) => ({ value: id, label: name }))
      : (colleagues.data ?? [])
          .filter((one) => one.id !== person.id)
          .map((one) => ({ value: one.id, label: [one.name, one.function].filter(Boolean).join(", ") }));
  const add = useMutation({
    mutationFn: () =>
      api.post(`/patients/${patient}/relations`, {
        kind,
        ...(kind === "team" ? { team_id: to } : { person_id: to }),
        // The whole of the last day, by the reader's own clock.
        ends_at: until ? new Date(`${until}T23:59:59.999`).toISOString() : null,
        reason: reason.trim(),
      }),
    onSuccess: () => {
      changed();
      tell(t("relations.added"));
      onClose();
    },
  });
  return (
    <Dialog
      title={t("relations.add")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button
            kind="primary"
            label={t("do.save")}
            busy={add.isPending}
            isDisabled={to === "" || (kind === "cover" && until === "")}
            onPress={() => add.mutate()}
          />
        </>
      }
    >
      <Choice
        label={t("relations.kind")}
        value={kind}
        onChange={(next) => {
          setKind(next);
          setTo("");
        }}
        options={KINDS.map((value) => ({ value, label: t(`relation.${value}`) }))}
      />
      <Choice
        label={t(kind === "team" ? "relations.team" : "relations.who")}
        help={t("teams.own")}
        value={to}
        onChange={setTo}
        options={[{ value: "", label: t("relations.choose") }, ...who]}
      />
      <TextField
        label={t("relations.until")}
        help={kind === "cover" ? t("relations.untilHelp") : undefined}
        type="date"
        value={until}
        onChange={setUntil}
        required={kind === "cover"}
      />
      <TextField label={t("relations.reason")} autoComplete="off" maxLength={500} value={reason} onChange={setReason} />
      {colleagues.error ? <Failure error={colleagues.error} /> : null}
      {add.error ? <Failure error={add.error} /> : null}
    </Dialog>
  );
}
