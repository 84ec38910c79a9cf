import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { LeavePreview, PersonLine } from "@/api/types";
import { useMay, useSession } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Choice, Segments, TextField } from "@/ui/Field";
import { Banner, Failure, Skeleton } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import { peopleNamesQuery } from "./lists";

/** Nothing chosen yet; and: the mailbox closes. */
const UNDECIDED = "";
const CLOSES = "-";

/** Somebody leaves: what happens is said before it does, and each mailbox left alone is decided upon. */
export function Leave({ person, onClose }: { person: PersonLine; onClose: () => void }) {
  const t = useT();
  const preview = useQuery({
    queryKey: ["people", "leave", person.id],
    queryFn: ({ signal }) => api.get<LeavePreview>(`/people/${person.id}/leave`, undefined, signal),
    gcTime: 0,
  });
  if (preview.data) return <Decide person={person} preview={preview.data} onClose={onClose} />;
  return (
    <Dialog
      title={t("leave.title", { name: person.name })}
      isOpen
      onClose={onClose}
      actions={<Button label={t("do.cancel")} onPress={onClose} />}
    >
      {preview.error ? <Failure error={preview.error} onRetry={() => void preview.refetch()} /> : <Skeleton rows={3} />}
    </Dialog>
  );
}

function Decide({ person, preview, onClose }: { person: PersonLine; preview: LeavePreview; onClose: () => void }) {
  const t = useT();
  const may = useMay();
  const client = useQueryClient();
  const { tell } = useVoice();
  const alone = preview.mailboxes.filter((one) => one.alone);
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const [patients, setPatients] = useState(UNDECIDED);
  const cares = preview.relations + preview.teams > 0;
  const [when, setWhen] = useState<"now" | "day">("now");
  const [day, setDay] = useState("");
  const leave = useMutation({
    mutationFn: () =>
      api.post<PersonLine>(
        `/people/${person.id}/leave`,
        {
          handover: alone.map((one) => ({ mailbox_id: one.id, to: chosen[one.id] === CLOSES ? null : chosen[one.id] })),
          patients_to: patients === UNDECIDED || patients === CLOSES ? null : patients,
          // The day's end where the administrator sits: the last day is worked.
          at: when === "day" ? new Date(`${day}T23:59:59`).toISOString() : null,
        },
        { ifMatch: preview.person.version },
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["people"] });
      tell(t(when === "day" ? "leave.planned" : "leave.done", { name: person.name }));
      onClose();
    },
  });
  const decided =
    alone.every((one) => (chosen[one.id] ?? UNDECIDED) !== UNDECIDED) && (!cares || patients !== UNDECIDED);
  const ready = decided && (when === "now" || day !== "") && !preview.last_administrator;
  return (
    <Dialog
      title={t("leave.title", { name: person.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button
            kind="danger"
            label={t(when === "day" ? "leave.plan" : "leave.now")}
            busy={leave.isPending}
            isDisabled={!ready}
            onPress={() => leave.mutate()}
          />
        </>
      }
    >
      {preview.last_administrator ? <Banner tone="warn">{t("leave.lastAdministrator")}</Banner> : null}
      <p>{t("leave.text", { name: person.name })}</p>
      <ul>
        <li>{t("leave.access", { count: preview.app_passwords })}</li>
        <li>{t("leave.kept")}</li>
        {preview.drafts > 0 ? <li>{t("leave.drafts", { count: preview.drafts })}</li> : null}
        {preview.mandates > 0 ? <li>{t("leave.mandates", { count: preview.mandates })}</li> : null}
        {preview.mailboxes
          .filter((one) => !one.alone)
          .map((one) => (
            <li key={one.id}>{t("leave.shared", { mailbox: one.name, address: one.address })}</li>
          ))}
      </ul>
      {alone.map((one) => (
        <Successor
          key={one.id}
          label={t("leave.successor", { mailbox: one.name, address: one.address })}
          help={t("leave.successorHelp")}
          nobody={t("leave.closes")}
          allowed={may("mailbox.manage")}
          gone={person.id}
          value={chosen[one.id] ?? UNDECIDED}
          onChange={(to) => setChosen({ ...chosen, [one.id]: to })}
        />
      ))}
      {cares ? (
        <Successor
          label={t("leave.patients", { relations: preview.relations, teams: preview.teams })}
          help={t("leave.patientsHelp")}
          nobody={t("leave.patientsEnd")}
          allowed
          gone={person.id}
          value={patients}
          onChange={setPatients}
        />
      ) : null}
      <Segments
        label={t("leave.when")}
        showLabel
        value={when}
        onChange={setWhen}
        options={[
          { value: "now", label: t("leave.atOnce") },
          { value: "day", label: t("leave.onDay") },
        ]}
      />
      {when === "day" ? (
        <TextField label={t("leave.lastDay")} type="date" value={day} onChange={setDay} required />
      ) : null}
      {leave.error ? <Failure error={leave.error} /> : null}
    </Dialog>
  );
}

function Successor(props: {
  label: string;
  help: string;
  nobody: string;
  allowed: boolean;
  gone: string;
  value: string;
  onChange: (to: string) => void;
}) {
  const t = useT();
  const me = useSession().person.id;
  const people = useQuery(peopleNamesQuery);
  const others = props.allowed
    ? (people.data ?? []).filter((one) => one.id !== props.gone && one.id !== me && one.state !== "disabled")
    : [];
  return (
    <>
      <Choice
        label={props.label}
        help={props.help}
        value={props.value}
        onChange={props.onChange}
        options={[
          { value: UNDECIDED, label: t("leave.choose") },
          ...others.map((one) => ({ value: one.id, label: one.name })),
          { value: CLOSES, label: props.nobody },
        ]}
      />
      {people.error ? <Failure error={people.error} /> : null}
    </>
  );
}

/** A leave that was planned, with the way back. */
export function PlannedLeave({ person, onDone }: { person: PersonLine; onDone: (said: string) => void }) {
  const t = useT();
  const formats = useFormats();
  const cancel = useMutation({
    mutationFn: () => api.delete(`/people/${person.id}/leave`),
    onSuccess: () => onDone(t("leave.stays", { name: person.name })),
  });
  if (!person.leaves_at) return null;
  return (
    <>
      <Banner
        tone="info"
        actions={<Button small label={t("leave.cancel")} busy={cancel.isPending} onPress={() => cancel.mutate()} />}
      >
        {t("leave.leavesAt", { name: person.name, when: formats.full(person.leaves_at) })}
      </Banner>
      {cancel.error ? <Failure error={cancel.error} /> : null}
    </>
  );
}
