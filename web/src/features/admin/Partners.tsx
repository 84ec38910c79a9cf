import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, newKey } from "@/api/client";
import type { Partner } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextArea, TextField } from "@/ui/Field";
import { Chip, Empty, Failure, Skeleton, TwoLines } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { useVoice } from "@/ui/toasts";
import { OwnDomains } from "./OwnDomains";

const TONES = { verified: "ok", unverified: "danger", unknown: "plain" } as const;
const ICONS = { verified: "lock", unverified: "unlock", unknown: "clock" } as const;

export function Partners() {
  const t = useT();
  const formats = useFormats();
  const client = useQueryClient();
  const [editing, setEditing] = useState<Partner | "new">();
  const partners = useQuery({
    queryKey: ["partners"],
    queryFn: ({ signal }) => api.list<Partner>("/partners", undefined, signal),
  });
  const check = useMutation({
    mutationFn: (id: string) => api.post(`/partners/${id}/check`),
    onSettled: () => void client.invalidateQueries({ queryKey: ["partners"] }),
  });
  return (
    <>
      <h1>{t("admin.partners")}</h1>
      <OwnDomains />
      <section className="panel">
        <header className="page-head">
          <div>
            <h2>{t("partners.title")}</h2>
            <p className="soft">{t("partners.lead")}</p>
          </div>
          <Button kind="primary" icon="plus" label={t("partners.new")} onPress={() => setEditing("new")} />
        </header>
        {partners.error && !partners.data ? <Failure error={partners.error} onRetry={() => void partners.refetch()} /> : null}
        {check.error ? <Failure error={check.error} /> : null}
        {partners.isPending ? <Skeleton rows={3} /> : null}
        {partners.data?.length === 0 ? <Empty icon="globe" title={t("partners.none")} /> : null}
        {partners.data && partners.data.length > 0 ? (
          <Table
            label={t("partners.title")}
            rows={partners.data}
            keyOf={(one) => one.id}
            columns={[
              {
                id: "name",
                head: t("admin.name"),
                names: true,
                cell: (one) => <TwoLines under={one.domain}>{one.name}</TwoLines>,
              },
              {
                id: "tls",
                head: t("partners.tls"),
                cell: (one) => (
                  <span className="two-lines">
                    <span>
                      <Chip tone={TONES[one.tls.state]} icon={ICONS[one.tls.state]}>
                        {t(`partners.tls.${one.tls.state}`)}
                      </Chip>
                    </span>
                    <span className="small soft">
                      {[one.tls.checked_at ? t("partners.checked", { when: formats.short(one.tls.checked_at) }) : "", one.tls.detail ?? ""]
                        .filter(Boolean)
                        .join(": ")}
                    </span>
                  </span>
                ),
              },
              { id: "note", head: t("partners.note"), cell: (one) => one.note },
              {
                id: "acts",
                head: t("admin.actions"),
                quiet: true,
                cell: (one) => (
                  <span className="row">
                    <Button
                      small
                      icon="refresh"
                      label={t("partners.check")}
                      aria-label={`${t("partners.check")}: ${one.name}`}
                      busy={check.isPending && check.variables === one.id}
                      onPress={() => check.mutate(one.id)}
                    />
                    <Button
                      kind="quiet"
                      small
                      icon="pen"
                      label={t("do.edit")}
                      aria-label={t("partners.edit", { name: one.name })}
                      onPress={() => setEditing(one)}
                    />
                  </span>
                ),
              },
            ]}
          />
        ) : null}
      </section>
      {editing ? <EditPartner partner={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} /> : null}
    </>
  );
}

function EditPartner({ partner, onClose }: { partner: Partner | undefined; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [name, setName] = useState(partner?.name ?? "");
  const [domain, setDomain] = useState(partner?.domain ?? "");
  const [note, setNote] = useState(partner?.note ?? "");
  const [removing, setRemoving] = useState(false);
  const done = (said: string) => {
    void client.invalidateQueries({ queryKey: ["partners"] });
    tell(said);
    onClose();
  };
  const save = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), domain: domain.trim(), note: note.trim() };
      return partner
        ? api.put(`/partners/${partner.id}`, body, { ifMatch: partner.version })
        : api.post("/partners", body, { idempotencyKey: newKey() });
    },
    onSuccess: () => done(t("admin.saved")),
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.delete(`/partners/${id}`, { ifMatch: partner?.version }),
    onSuccess: () => done(t("partners.removed")),
  });
  if (partner && removing) {
    return (
      <Dialog
        title={t("partners.removeTitle", { name: partner.name })}
        isOpen
        onClose={() => setRemoving(false)}
        actions={
          <>
            <Button label={t("do.cancel")} onPress={() => setRemoving(false)} />
            <Button kind="danger" label={t("partners.remove")} busy={remove.isPending} onPress={() => remove.mutate(partner.id)} />
          </>
        }
      >
        <p>{t("partners.removeText", { domain: partner.domain })}</p>
        {remove.error ? <Failure error={remove.error} /> : null}
      </Dialog>
    );
  }
  return (
    <Dialog
      title={partner ? t("partners.edit", { name: partner.name }) : t("partners.new")}
      isOpen
      onClose={onClose}
      actions={
        <>
          {partner ? <Button kind="quiet" icon="trash" label={t("partners.remove")} onPress={() => setRemoving(true)} /> : null}
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button
            kind="primary"
            label={t("do.save")}
            busy={save.isPending}
            isDisabled={name.trim() === "" || !domain.includes(".")}
            onPress={() => save.mutate()}
          />
        </>
      }
    >
      <TextField label={t("admin.name")} autoComplete="off" value={name} onChange={setName} required />
      <TextField
        label={t("partners.domain")}
        help={t("partners.domainHelp")}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={domain}
        onChange={setDomain}
        required
      />
      <TextArea label={t("partners.note")} help={t("partners.noteHelp")} maxLength={1000} value={note} onChange={setNote} />
      {save.error ? <Failure error={save.error} /> : null}
    </Dialog>
  );
}
