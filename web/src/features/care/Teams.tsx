import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, isProblem, newKey } from "@/api/client";
import type { CareTeam } from "@/api/types";
import { useMay, useSession } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Check, TextField } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Banner, Empty, Failure, Skeleton } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { useTitle } from "@/ui/title";
import { useVoice } from "@/ui/toasts";
import { colleaguesQuery, teamsQuery } from "./queries";
import styles from "@/features/admin/admin.module.css";

export function Teams() {
  const t = useT();
  const may = useMay();
  const formats = useFormats();
  const teams = useQuery(teamsQuery);
  const [editing, setEditing] = useState<CareTeam | "new">();
  useTitle(t("teams.title"));
  return (
    <div className="page">
      <Link to="/patients" className="button quiet">
        <Icon name="back" />
        <span>{t("care.back")}</span>
      </Link>
      <header className="page-head">
        <div>
          <h1>{t("teams.title")}</h1>
          <p className="soft">{t("teams.lead")}</p>
        </div>
        {may("relation.manage") ? (
          <Button kind="primary" icon="plus" label={t("teams.new")} onPress={() => setEditing("new")} />
        ) : null}
      </header>
      {teams.error && !teams.data ? <Failure error={teams.error} onRetry={() => void teams.refetch()} /> : null}
      {teams.isPending ? <Skeleton rows={3} /> : null}
      {teams.data?.length === 0 ? <Empty icon="people" title={t("teams.none")} /> : null}
      {teams.data && teams.data.length > 0 ? (
        <Table
          label={t("teams.title")}
          rows={teams.data}
          keyOf={(one) => one.id}
          columns={[
            { id: "name", head: t("care.name"), names: true, cell: (one) => one.name },
            { id: "members", head: t("teams.members"), cell: (one) => formats.list(one.member_names) },
            {
              id: "acts",
              head: t("admin.actions"),
              quiet: true,
              cell: (one) =>
                may("relation.manage") ? (
                  <Button
                    kind="quiet"
                    small
                    icon="pen"
                    label={t("do.edit")}
                    aria-label={t("teams.edit", { name: one.name })}
                    onPress={() => setEditing(one)}
                  />
                ) : null,
            },
          ]}
        />
      ) : null}
      {editing ? <EditTeam team={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} /> : null}
    </div>
  );
}

function EditTeam({ team, onClose }: { team: CareTeam | undefined; onClose: () => void }) {
  const t = useT();
  const { person } = useSession();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [name, setName] = useState(team?.name ?? "");
  const [members, setMembers] = useState<readonly string[]>(team?.members ?? []);
  const colleagues = useQuery(colleaguesQuery);
  const save = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), members };
      return team
        ? api.put(`/teams/${team.id}`, body, { ifMatch: team.version })
        : api.post("/teams", body, { idempotencyKey: newKey() });
    },
    onSuccess: () => {
      for (const key of ["teams", "patients", "messages"]) void client.invalidateQueries({ queryKey: [key] });
      tell(t("admin.saved"));
      onClose();
    },
  });
  return (
    <Dialog
      title={team ? t("teams.edit", { name: team.name }) : t("teams.new")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button
            kind="primary"
            label={t("do.save")}
            busy={save.isPending}
            isDisabled={name.trim() === ""}
            onPress={() => save.mutate()}
          />
        </>
      }
    >
      <TextField label={t("care.name")} autoComplete="off" maxLength={100} value={name} onChange={setName} required />
      <fieldset className={styles.checks}>
        <legend className="field-label">{t("teams.members")}</legend>
        {colleagues.data?.map((one) => (
          <Check
            key={one.id}
            label={[one.name, one.function].filter(Boolean).join(", ")}
            {...(one.id === person.id ? { help: t("teams.own") } : {})}
            checked={members.includes(one.id)}
            disabled={one.id === person.id && !(team?.members.includes(one.id) ?? false)}
            onChange={(on) => setMembers(on ? [...members, one.id] : members.filter((id) => id !== one.id))}
          />
        ))}
      </fieldset>
      {colleagues.error ? <Failure error={colleagues.error} /> : null}
      {isProblem(save.error) && save.error.detail === "no_relation" ? (
        <Banner tone="danger" live>{t("teams.notYours")}</Banner>
      ) : save.error ? (
        <Failure error={save.error} />
      ) : null}
    </Dialog>
  );
}
