import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { api, isProblem, newKey } from "@/api/client";
import { PERMISSIONS, type Permission, type Role } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Check, TextField } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Failure, Skeleton } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import { AskConsent, needsConsent } from "./AskConsent";
import { permissionsQuery, rolesQuery } from "./lists";
import styles from "./admin.module.css";

export function Roles() {
  const t = useT();
  const roles = useQuery(rolesQuery);
  const [editing, setEditing] = useState<Role | "new">();
  return (
    <>
      <header className="page-head">
        <div>
          <h1>{t("admin.roles")}</h1>
          <p className="soft">{t("roles.lead")}</p>
        </div>
        <Button kind="primary" icon="plus" label={t("roles.new")} onPress={() => setEditing("new")} />
      </header>
      {roles.error && !roles.data ? <Failure error={roles.error} onRetry={() => void roles.refetch()} /> : null}
      {roles.isPending ? <Skeleton rows={4} /> : null}
      {roles.data ? <Matrix roles={roles.data} onEdit={setEditing} /> : null}
      {editing ? <EditRole role={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} /> : null}
    </>
  );
}

type Subject = Permission extends infer P ? (P extends `${infer S}.${string}` ? S : never) : never;

/** The permissions by what they are about: the word before the dot. */
const SUBJECTS: readonly (readonly [Subject, readonly Permission[]])[] = [
  ...new Set(PERMISSIONS.map((permission) => permission.slice(0, permission.indexOf(".")) as Subject)),
].map((subject) => [subject, PERMISSIONS.filter((permission) => permission.startsWith(`${subject}.`))]);

function Matrix({ roles, onEdit }: { roles: readonly Role[]; onEdit: (role: Role) => void }) {
  const t = useT();
  const named = useQuery(permissionsQuery);
  const sensitive = new Set(named.data?.filter((one) => one.sensitive).map((one) => one.name));
  return (
    <div className="panel">
      {/* Scrolls sideways where there are many roles: reachable by keyboard. */}
      <section className={styles.scroller} aria-label={t("admin.roles")}>
        <table className={styles.matrix}>
          <thead>
            <tr>
              <th scope="col">
                <span className="only-read">{t("roles.permission")}</span>
              </th>
              {roles.map((role) => (
                <th key={role.id} scope="col">
                  {role.name}
                  <small className="soft">{t("roles.people", { count: role.people })}</small>
                  <Button
                    kind="quiet"
                    small
                    icon="pen"
                    label={t("do.edit")}
                    aria-label={t("roles.edit", { name: role.name })}
                    onPress={() => onEdit(role)}
                  />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {SUBJECTS.map(([subject, permissions]) => (
              <Fragment key={subject}>
                <tr className={styles.subject}>
                  <th scope="rowgroup" colSpan={roles.length + 1}>
                    {t(`permissionSubject.${subject}`)}
                  </th>
                </tr>
                {permissions.map((permission) => (
                  <tr key={permission}>
                    <th scope="row">
                      {t(`permission.${permission}`)}
                      <small>
                        {t(`permissionHelp.${permission}`)}
                        {sensitive.has(permission) ? ` (${t("roles.sensitive")})` : null}
                      </small>
                    </th>
                    {roles.map((role) => (
                      <Cell key={role.id} role={role.name} has={role.permissions.includes(permission)} />
                    ))}
                  </tr>
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Cell({ has, role }: { has: boolean; role: string }) {
  const t = useT();
  return (
    <td className={has ? styles.yes : styles.no}>
      <span className="row" data-has={has} data-role={role}>
        {has ? <Icon name="check" /> : <span aria-hidden="true">·</span>}
        <span className="only-read">{t(has ? "roles.has" : "roles.hasNot")}</span>
      </span>
    </td>
  );
}

function EditRole({ role, onClose }: { role: Role | undefined; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [name, setName] = useState(role?.name ?? "");
  const [has, setHas] = useState<readonly Permission[]>(role?.permissions ?? []);
  const [removing, setRemoving] = useState(false);
  const [reason, setReason] = useState("");
  const done = (said: string) => {
    void client.invalidateQueries({ queryKey: ["roles"] });
    void client.invalidateQueries({ queryKey: ["people"] });
    void client.invalidateQueries({ queryKey: ["session"] });
    tell(said);
    onClose();
  };
  const save = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), permissions: has };
      return role
        ? api.put(`/roles/${role.id}`, body, { ifMatch: role.version })
        : api.post("/roles", body, { idempotencyKey: newKey() });
    },
    onSuccess: () => done(t("admin.saved")),
  });
  const ask = useMutation({
    mutationFn: (one: Role) =>
      api.post(`/roles/${one.id}/ask`, { name: name.trim(), permissions: has, reason: reason.trim() }, { ifMatch: one.version }),
    onSuccess: () => done(t("consent.asked")),
  });
  const asks = needsConsent(save.error);
  const change = (next: readonly Permission[]) => {
    setHas(next);
    if (asks) save.reset();
  };
  const remove = useMutation({
    mutationFn: (id: string) => api.delete(`/roles/${id}`, { ifMatch: role?.version }),
    onSuccess: () => done(t("roles.deleted")),
  });
  if (role && removing) {
    return (
      <Dialog
        title={t("roles.deleteTitle", { name: role.name })}
        isOpen
        onClose={() => setRemoving(false)}
        actions={
          <>
            <Button label={t("do.cancel")} onPress={() => setRemoving(false)} />
            <Button kind="danger" label={t("roles.delete")} busy={remove.isPending} onPress={() => remove.mutate(role.id)} />
          </>
        }
      >
        <p>{t("roles.deleteText")}</p>
        {remove.error ? <Failure error={remove.error} /> : null}
        {isProblem(remove.error) && remove.error.heldBy.length > 0 ? (
          <p>{t("roles.heldBy", { names: remove.error.heldBy.join(", ") })}</p>
        ) : null}
      </Dialog>
    );
  }
  return (
    <Dialog
      title={role ? t("roles.edit", { name: role.name }) : t("roles.new")}
      isOpen
      onClose={onClose}
      actions={
        <>
          {role ? <Button kind="quiet" icon="trash" label={t("roles.delete")} onPress={() => setRemoving(true)} /> : null}
          <Button label={t("do.cancel")} onPress={onClose} />
          {asks && role ? (
            <Button
              kind="primary"
              label={t("consent.ask")}
              busy={ask.isPending}
              isDisabled={name.trim() === "" || reason.trim().length < 3}
              onPress={() => ask.mutate(role)}
            />
          ) : (
            <Button kind="primary" label={t("do.save")} busy={save.isPending} isDisabled={name.trim() === ""} onPress={() => save.mutate()} />
          )}
        </>
      }
    >
      <TextField label={t("admin.name")} autoComplete="off" maxLength={80} value={name} onChange={setName} required />
      <fieldset className={styles.checks}>
        <legend className="field-label">{t("roles.permissions")}</legend>
        {role && role.ready_made.length > 0 ? (
          <div className="row">
            <Button small label={t("roles.asDelivered")} onPress={() => change(role.ready_made)} />
            <span className="soft">{t("roles.asDeliveredHelp")}</span>
          </div>
        ) : null}
        {SUBJECTS.map(([subject, permissions]) => (
          <fieldset key={subject} className={styles.checks}>
            <legend>{t(`permissionSubject.${subject}`)}</legend>
            {permissions.map((permission) => (
              <Check
                key={permission}
                label={t(`permission.${permission}`)}
                help={t(`permissionHelp.${permission}`)}
                checked={has.includes(permission)}
                onChange={(on) => change(on ? [...has, permission] : has.filter((one) => one !== permission))}
              />
            ))}
          </fieldset>
        ))}
      </fieldset>
      {asks ? <AskConsent reason={reason} onReason={setReason} /> : null}
      {ask.error ? <Failure error={ask.error} /> : null}
      {save.error && !asks ? <Failure error={save.error} /> : null}
    </Dialog>
  );
}
