import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, newKey } from "@/api/client";
import type { Mailbox } from "@/api/types";
import { useMay } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Check, Segments, TextField } from "@/ui/Field";
import { Chip, Failure, Skeleton } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { useVoice } from "@/ui/toasts";
import { mailboxesQuery, peopleNamesQuery } from "./lists";
import styles from "./admin.module.css";

export function Mailboxes() {
  const t = useT();
  const formats = useFormats();
  const mailboxes = useQuery(mailboxesQuery);
  const [editing, setEditing] = useState<Mailbox | "new">();
  return (
    <>
      <header className="page-head">
        <div>
          <h1>{t("admin.mailboxes")}</h1>
          <p className="soft">{t("boxes.lead")}</p>
        </div>
        <Button kind="primary" icon="plus" label={t("boxes.new")} onPress={() => setEditing("new")} />
      </header>
      {mailboxes.error && !mailboxes.data ? <Failure error={mailboxes.error} onRetry={() => void mailboxes.refetch()} /> : null}
      {mailboxes.isPending ? <Skeleton rows={4} /> : null}
      {mailboxes.data ? (
        <Table
          label={t("admin.mailboxes")}
          rows={mailboxes.data}
          keyOf={(one) => one.id}
          columns={[
            {
              id: "name",
              head: t("boxes.shownName"),
              names: true,
              cell: (one) => (
                <span className="two-lines">
                  {one.name} <span className="small soft">{one.address}</span>
                </span>
              ),
            },
            { id: "kind", head: t("boxes.kind"), cell: (one) => [t(`boxes.kind.${one.kind}`), one.duty ? t("boxes.duty") : ""].filter(Boolean).join(", ") },
            { id: "members", head: t("boxes.members"), cell: (one) => (one.member_names.length > 3 ? t("boxes.membersCount", { count: one.members.length }) : formats.list(one.member_names)) },
            {
              id: "active",
              head: t("people.state"),
              cell: (one) => <Chip tone={one.active ? "ok" : "plain"}>{t(one.active ? "boxes.active" : "boxes.inactive")}</Chip>,
            },
            {
              id: "edit",
              head: t("admin.actions"),
              quiet: true,
              cell: (one) => (
                <Button
                  kind="quiet"
                  small
                  icon="pen"
                  label={t("do.edit")}
                  aria-label={t("boxes.edit", { name: one.name })}
                  onPress={() => setEditing(one)}
                />
              ),
            },
          ]}
        />
      ) : null}
      {editing ? <EditMailbox mailbox={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} /> : null}
    </>
  );
}

function EditMailbox({ mailbox, onClose }: { mailbox: Mailbox | undefined; onClose: () => void }) {
  const t = useT();
  const may = useMay();
  const client = useQueryClient();
  const { tell } = useVoice();
  const people = useQuery({ ...peopleNamesQuery, enabled: may("person.read") });
  const [kind, setKind] = useState<Mailbox["kind"]>(mailbox?.kind ?? "shared");
  const [name, setName] = useState(mailbox?.name ?? "");
  const [address, setAddress] = useState(mailbox?.address ?? "");
  const [active, setActive] = useState(mailbox?.active ?? true);
  const [duty, setDuty] = useState(mailbox?.duty ?? false);
  const [members, setMembers] = useState<readonly string[]>(mailbox?.members ?? []);
  const save = useMutation({
    mutationFn: () =>
      mailbox
        ? api.put(`/mailboxes/${mailbox.id}`, { name: name.trim(), active, members, duty }, { ifMatch: mailbox.version })
        : api.post("/mailboxes", { kind, address: address.trim(), name: name.trim(), members, duty }, { idempotencyKey: newKey() }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["mailboxes"] });
      void client.invalidateQueries({ queryKey: ["session"] });
      tell(t("admin.saved"));
      onClose();
    },
  });
  const ready = name.trim() !== "" && (mailbox !== undefined || address.includes("@"));
  return (
    <Dialog
      title={mailbox ? t("boxes.edit", { name: mailbox.name }) : t("boxes.new")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button kind="primary" label={t("do.save")} busy={save.isPending} isDisabled={!ready} onPress={() => save.mutate()} />
        </>
      }
    >
      {mailbox ? (
        <p className="soft">{mailbox.address}</p>
      ) : (
        <>
          <Segments
            label={t("boxes.kind")}
            showLabel
            value={kind}
            onChange={setKind}
            options={[
              { value: "shared", label: t("boxes.kind.shared") },
              { value: "personal", label: t("boxes.kind.personal") },
            ]}
          />
          <TextField label={t("boxes.address")} type="email" autoComplete="off" value={address} onChange={setAddress} required />
        </>
      )}
      <TextField label={t("boxes.shownName")} autoComplete="off" value={name} onChange={setName} required />
      {mailbox ? <Check label={t("boxes.active")} checked={active} onChange={setActive} /> : null}
      {kind === "shared" ? (
        <Check label={t("boxes.duty")} help={t("boxes.dutyHelp")} checked={duty} onChange={setDuty} />
      ) : null}
      <fieldset className={styles.checks}>
        <legend className="field-label">{t("boxes.members")}</legend>
        {people.error ? <Failure error={people.error} /> : null}
        {people.data?.map((person) => (
          <Check
            key={person.id}
            label={person.name}
            checked={members.includes(person.id)}
            onChange={(on) => {
              const others = members.filter((one) => one !== person.id);
              // A personal mailbox has one person.
              setMembers(on ? (kind === "personal" ? [person.id] : [...others, person.id]) : others);
            }}
          />
        ))}
      </fieldset>
      {save.error ? <Failure error={save.error} /> : null}
    </Dialog>
  );
}
