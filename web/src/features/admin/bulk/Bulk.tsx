import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, newKey } from "@/api/client";
import type { BulkAct, BulkEntry, BulkLine, BulkResult } from "@/api/types";
import { useMay } from "@/app/session";
import { useFormats, useT, type MessageKey } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Choice } from "@/ui/Field";
import { Banner, Failure, Skeleton } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import { teamsQuery } from "@/features/care/queries";
import { AskConsent } from "../AskConsent";
import { mailboxesQuery, rolesQuery } from "../lists";
import { Invitations, Lines, Sums } from "./Lines";
import styles from "../admin.module.css";

type Kind = BulkAct["kind"];
const KINDS: readonly Kind[] = ["give_role", "take_role", "end_sessions", "disable", "invite", "add_to_mailbox", "add_to_team"];

/** The act with its object, or nothing while one is still to be chosen. */
function actOf(kind: Kind | "", object: string): BulkAct | undefined {
  switch (kind) {
    case "":
      return undefined;
    case "give_role":
    case "take_role":
      return object ? { kind, role_id: object } : undefined;
    case "add_to_mailbox":
      return object ? { kind, mailbox_id: object } : undefined;
    case "add_to_team":
      return object ? { kind, team_id: object } : undefined;
    default:
      return { kind };
  }
}

/** What can be done to everybody who is chosen. */
export function BulkBar({ chosen, onClear }: { chosen: ReadonlySet<string>; onClear: () => void }) {
  const t = useT();
  const may = useMay();
  const [kind, setKind] = useState<Kind | "">("");
  const [object, setObject] = useState("");
  const [looking, setLooking] = useState(false);
  if (chosen.size === 0) return <p className="soft small">{t("bulk.none")}</p>;
  const open = KINDS.filter(
    (one) => (one !== "add_to_mailbox" || may("mailbox.manage")) && (one !== "add_to_team" || may("relation.manage")),
  );
  const act = actOf(kind, object);
  return (
    <>
      <p role="status">{t("bulk.chosen", { count: chosen.size })}</p>
      <div className={styles.filterFields}>
        <Choice
          label={t("bulk.act")}
          value={kind}
          onChange={(next) => {
            setKind(next);
            setObject("");
          }}
          options={[{ value: "" as const, label: t("bulk.chooseAct") }, ...open.map((value) => ({ value, label: t(`bulk.act.${value}`) }))]}
        />
        {kind ? <ObjectChoice kind={kind} value={object} onChange={setObject} /> : null}
        <Button kind="primary" label={t("bulk.preview")} isDisabled={!act || chosen.size > 500} onPress={() => setLooking(true)} />
        <Button kind="quiet" label={t("bulk.clear")} onPress={onClear} />
      </div>
      {chosen.size > 500 ? <p className="field-error">{t("bulk.most")}</p> : null}
      {looking && act ? <Preview act={act} people={[...chosen]} onClose={() => setLooking(false)} onDone={onClear} /> : null}
    </>
  );
}

function ObjectChoice({ kind, value, onChange }: { kind: Kind; value: string; onChange: (value: string) => void }) {
  const t = useT();
  const roles = useQuery({ ...rolesQuery, enabled: kind === "give_role" || kind === "take_role" });
  const mailboxes = useQuery({ ...mailboxesQuery, enabled: kind === "add_to_mailbox" });
  const teams = useQuery({ ...teamsQuery, enabled: kind === "add_to_team" });
  const lists = {
    give_role: { label: t("person.role"), items: roles.data },
    take_role: { label: t("person.role"), items: roles.data },
    add_to_mailbox: { label: t("bulk.mailbox"), items: mailboxes.data?.filter((one) => one.kind === "shared" && one.active) },
    add_to_team: { label: t("relations.team"), items: teams.data },
  } as const;
  if (!(kind in lists)) return null;
  const { label, items } = lists[kind as keyof typeof lists];
  return (
    <Choice
      label={label}
      value={value}
      onChange={onChange}
      options={[{ value: "", label: t("who.choose") }, ...(items ?? []).map((one) => ({ value: one.id, label: one.name }))]}
    />
  );
}

/** Says of everybody what will happen or why not; then does it. */
function Preview(props: { act: BulkAct; people: readonly string[]; onClose: () => void; onDone: () => void }) {
  const { act, people } = props;
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [key] = useState(newKey);
  const undo = useUndo();
  const preview = useQuery({
    queryKey: ["people", "bulk-preview", act, people],
    queryFn: ({ signal }) => api.post<{ items: BulkLine[] }>("/people/bulk/preview", { act, person_ids: people }, { signal }),
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const lines = preview.data?.items ?? [];
  const able = lines.filter((line) => line.outcome === "will" || line.outcome === "consent");
  const asks = lines.some((line) => line.outcome === "consent");
  const [reason, setReason] = useState("");
  const run = useMutation({
    mutationFn: () =>
      api.post<BulkResult>(
        "/people/bulk",
        { act, people: able.map(({ id, version }) => ({ id, version })), reason: asks ? reason.trim() : null },
        { idempotencyKey: key },
      ),
    onSuccess: (done) => {
      void client.invalidateQueries({ queryKey: ["people"] });
      const count = done.items.filter((line) => line.outcome === "will" || line.outcome === "consent").length;
      tell(t(asks ? "bulk.doneOrAsked" : "bulk.done", { count }), done.undo_until ? () => undo.mutate(done.id) : undefined);
      // Who was left out after all, and links that are shown once, must be read.
      if (count === done.items.length && done.invitations.length === 0) {
        props.onClose();
        props.onDone();
      }
    },
  });
  const close = () => {
    props.onClose();
    if (run.data) props.onDone();
  };
  const shown = run.data?.items ?? lines;
  return (
    <Dialog
      title={t(`bulk.act.${act.kind}`)}
      isOpen
      onClose={close}
      wide
      insist={(run.data?.invitations.length ?? 0) > 0}
      actions={
        run.data ? (
          <Button kind="primary" label={t("do.close")} onPress={close} />
        ) : (
          <>
            <Button label={t("do.cancel")} onPress={close} />
            <Button
              kind={act.kind === "disable" ? "danger" : "primary"}
              label={t("bulk.run", { count: able.length })}
              busy={run.isPending}
              isDisabled={able.length === 0 || (asks && reason.trim().length < 3)}
              onPress={() => run.mutate()}
            />
          </>
        )
      }
    >
      {(preview.error ?? run.error) ? <Failure error={preview.error ?? run.error} /> : null}
      {preview.isPending ? <Skeleton rows={3} /> : null}
      {preview.data ? (
        <>
          <Sums lines={shown} done={run.data !== undefined} />
          {run.data && run.data.invitations.length > 0 ? <Invitations invitations={run.data.invitations} /> : null}
          {asks && !run.data ? (
            <AskConsent reason={reason} onReason={setReason} />
          ) : null}
          <Lines lines={shown} done={run.data !== undefined} />
        </>
      ) : null}
    </Dialog>
  );
}

function useUndo() {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  return useMutation({
    mutationFn: (id: string) => api.post<{ items: BulkLine[] }>(`/people/bulk/${id}/undo`),
    onSuccess: ({ items }) => {
      const kept = items.filter((line) => line.outcome === "refused");
      tell(t("bulk.undone", { count: items.length - kept.length, kept: kept.length }));
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["people"] }),
  });
}

/** What was done in the last half hour, with the way back. */
export function OpenActs() {
  const t = useT();
  const formats = useFormats();
  const undo = useUndo();
  const acts = useQuery({
    queryKey: ["people", "bulk-acts"],
    queryFn: ({ signal }) => api.list<BulkEntry>("/people/bulk", undefined, signal),
  });
  const kept = undo.data?.items.filter((line) => line.outcome === "refused") ?? [];
  return (
    <>
      {undo.error ? <Failure error={undo.error} /> : null}
      {kept.length > 0 ? (
        <Dialog
          title={t("bulk.keptTitle")}
          isOpen
          onClose={() => undo.reset()}
          actions={<Button kind="primary" label={t("do.close")} onPress={() => undo.reset()} />}
        >
          <p>{t("bulk.keptText")}</p>
          <Lines lines={kept} done />
        </Dialog>
      ) : null}
      {acts.data?.map((one) => (
        <Banner
          key={one.id}
          tone="info"
          actions={
            <Button
              small
              icon="recall"
              label={t("do.undo")}
              aria-label={t("bulk.undoName", { act: t(`bulk.act.${one.act}` as MessageKey) })}
              busy={undo.isPending && undo.variables === one.id}
              onPress={() => undo.mutate(one.id)}
            />
          }
        >
          {[t(`bulk.act.${one.act}` as MessageKey), one.object].filter(Boolean).join(": ")}.{" "}
          {t("bulk.recent", { count: one.people, by: one.by_name, when: formats.time(one.at), until: formats.time(one.undo_until) })}
        </Banner>
      ))}
    </>
  );
}
