import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, newKey } from "@/api/client";
import type { Mandate, MandateChoices, MandateKind } from "@/api/types";
import { useSession } from "@/app/session";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Check, Choice, Segments, TextField } from "@/ui/Field";
import { Failure, Skeleton } from "@/ui/pieces";
import { needsStepUp, StepUp } from "@/ui/StepUp";
import { useVoice } from "@/ui/toasts";
import { mandateChoicesQuery, useMandatesChanged } from "./queries";

/** Lets somebody act: in one's own mailbox, or in anybody's for who manages that. */
export function GiveMandate({ all, onClose }: { all: boolean; onClose: () => void }) {
  const t = useT();
  const me = useSession().person.id;
  const choices = useQuery(mandateChoicesQuery);
  const mailboxes = choices.data?.mailboxes.filter((one) => all || one.owner_id === me) ?? [];
  if (choices.data && mailboxes.length > 0)
    return <Give choices={{ ...choices.data, mailboxes }} all={all} onClose={onClose} />;
  return (
    <Dialog title={t("mandate.give")} isOpen onClose={onClose} actions={<Button label={t("do.close")} onPress={onClose} />}>
      {choices.error ? <Failure error={choices.error} onRetry={() => void choices.refetch()} /> : null}
      {choices.isPending ? <Skeleton rows={3} /> : null}
      {choices.data ? <p>{t("mandate.noMailbox")}</p> : null}
    </Dialog>
  );
}

/** The first moment of a day, and its last, by the reader's own clock. */
const startOf = (day: string) => (day ? new Date(`${day}T00:00:00`).toISOString() : null);
const endOf = (day: string) => (day ? new Date(`${day}T23:59:59.999`).toISOString() : null);

function Give({ choices, all, onClose }: { choices: MandateChoices; all: boolean; onClose: () => void }) {
  const t = useT();
  const changed = useMandatesChanged();
  const { tell } = useVoice();
  const [kind, setKind] = useState<MandateKind>("cover");
  const [mailbox, setMailbox] = useState(all ? "" : (choices.mailboxes[0]?.id ?? ""));
  const [holder, setHolder] = useState("");
  const [send, setSend] = useState(true);
  const [patients, setPatients] = useState(true);
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState("");
  const [note, setNote] = useState("");
  const owner = choices.mailboxes.find((one) => one.id === mailbox)?.owner_id;
  const who = choices.people.find((one) => one.id === holder);
  const give = useMutation({
    mutationFn: () =>
      api.post<Mandate>(
        "/mandates",
        {
          kind,
          mailbox_id: mailbox,
          holder_id: holder,
          may_send: send && who?.may_send === true,
          with_patients: patients && who?.with_patients === true,
          starts_at: startOf(from),
          ends_at: endOf(until),
          note: note.trim(),
        },
        { idempotencyKey: newKey() },
      ),
    onSuccess: (made) => {
      changed();
      tell(t("mandate.given", { name: made.holder_name }));
      onClose();
    },
  });
  const ready = mailbox !== "" && holder !== "" && (kind === "secretary" || until !== "");
  if (needsStepUp(give.error)) return <StepUp onDone={() => give.mutate()} onClose={() => give.reset()} />;
  return (
    <Dialog
      title={t("mandate.give")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button kind="primary" label={t("mandate.doGive")} busy={give.isPending} isDisabled={!ready} onPress={() => give.mutate()} />
        </>
      }
    >
      <Segments
        label={t("mandate.kind")}
        showLabel
        value={kind}
        onChange={setKind}
        options={[
          { value: "cover", label: t("mandate.kind.cover") },
          { value: "secretary", label: t("mandate.kind.secretary") },
        ]}
      />
      <p className="small soft">{t(`mandate.kindHelp.${kind}`, { days: choices.cover_days_max })}</p>
      {all || choices.mailboxes.length > 1 ? (
        <Choice
          label={t("mandate.mailbox")}
          value={mailbox}
          onChange={setMailbox}
          options={[
            { value: "", label: t("relations.choose") },
            ...choices.mailboxes.map((one) => ({ value: one.id, label: `${one.owner_name} (${one.address})` })),
          ]}
        />
      ) : null}
      <Choice
        label={t("mandate.holder")}
        value={holder}
        onChange={setHolder}
        options={[
          { value: "", label: t("relations.choose") },
          ...choices.people
            .filter((one) => one.id !== owner)
            .map((one) => ({ value: one.id, label: [one.name, one.function].filter(Boolean).join(", ") })),
        ]}
      />
      {who?.may_send === false ? null : (
        <Check label={t("mandate.maySend")} help={t("mandate.maySendHelp")} checked={send} onChange={setSend} />
      )}
      {who?.with_patients === false ? (
        <p className="small soft">{t("mandate.noPatients", { name: who.name })}</p>
      ) : (
        <Check label={t("mandate.withPatients")} help={t(`mandate.patients.${kind}`)} checked={patients} onChange={setPatients} />
      )}
      <TextField label={t("mandate.firstDay")} help={t("mandate.firstDayHelp")} type="date" value={from} onChange={setFrom} />
      <TextField
        label={t("mandate.lastDay")}
        type="date"
        value={until}
        onChange={setUntil}
        required={kind === "cover"}
      />
      <TextField label={t("mandate.note")} autoComplete="off" maxLength={500} value={note} onChange={setNote} />
      {give.error ? <Failure error={give.error} /> : null}
    </Dialog>
  );
}
