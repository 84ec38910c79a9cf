import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, newKey } from "@/api/client";
import type { InvitationLink, InvitedPerson, Language, PersonLine } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/CopyButton";
import { Dialog } from "@/ui/Dialog";
import { Check, Segments, TextField } from "@/ui/Field";
import { Failure } from "@/ui/pieces";
import { needsStepUp, StepUp } from "@/ui/StepUp";
import { useVoice } from "@/ui/toasts";
import { KeptBy } from "./KeptBy";
import { Leave, PlannedLeave } from "./Leave";
import { AskConsent, needsConsent } from "./AskConsent";
import { AskRecovery } from "./AskRecovery";
import { permissionsQuery, rolesQuery } from "./lists";
import { PersonPasskeys } from "./PersonPasskeys";
import { PersonVerified } from "./PersonVerified";
import styles from "./admin.module.css";

interface Values {
  name: string;
  login: string;
  function: string;
  language: Language;
  roleIds: readonly string[];
}

function PersonFields({ values, onChange }: { values: Values; onChange: (values: Values) => void }) {
  const t = useT();
  const roles = useQuery(rolesQuery);
  const set = (change: Partial<Values>) => onChange({ ...values, ...change });
  return (
    <>
      <TextField label={t("admin.name")} autoComplete="off" value={values.name} onChange={(name) => set({ name })} required />
      <TextField
        label={t("people.login")}
        help={t("people.loginHelp")}
        type="email"
        autoComplete="off"
        value={values.login}
        onChange={(login) => set({ login })}
        required
      />
      <TextField
        label={t("people.function")}
        help={t("people.functionHelp")}
        autoComplete="off"
        value={values.function}
        onChange={(text) => set({ function: text })}
      />
      <Segments
        label={t("language.label")}
        showLabel
        value={values.language}
        onChange={(language) => set({ language })}
        options={[
          { value: "en", label: "English" },
          { value: "nl", label: "Nederlands" },
        ]}
      />
      <fieldset className={styles.checks}>
        <legend className="field-label">{t("people.rolesOf")}</legend>
        {roles.error ? <Failure error={roles.error} /> : null}
        {roles.data?.map((role) => (
          <Check
            key={role.id}
            label={role.name}
            checked={values.roleIds.includes(role.id)}
            onChange={(on) =>
              set({ roleIds: on ? [...values.roleIds, role.id] : values.roleIds.filter((one) => one !== role.id) })
            }
          />
        ))}
      </fieldset>
    </>
  );
}

export function InvitePerson({ onClose }: { onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const [values, setValues] = useState<Values>({ name: "", login: "", function: "", language: "nl", roleIds: [] });
  const [mailbox, setMailbox] = useState("");
  const [key] = useState(newKey);
  const [reason, setReason] = useState("");
  const plain = usePlainRoles(values.roleIds);
  const send = (roleIds: readonly string[]) =>
    api.post<InvitedPerson>(
      "/people",
      {
        name: values.name.trim(),
        login: values.login.trim(),
        function: values.function.trim(),
        language: values.language,
        role_ids: roleIds,
        ...(mailbox.trim() ? { mailbox_address: mailbox.trim() } : {}),
      },
      { idempotencyKey: `${key}-${JSON.stringify(values).length}-${roleIds.length}-${mailbox.length}` },
    );
  const onSuccess = () => void client.invalidateQueries({ queryKey: ["people"] });
  const invite = useMutation({ mutationFn: () => send(values.roleIds), onSuccess });
  // They come in with the other roles; what gives rights over others waits for a colleague.
  const ask = useMutation({
    mutationFn: async () => {
      const invited = await send(plain);
      const wanted = { role_ids: values.roleIds, reason: reason.trim() };
      await api.post(`/people/${invited.person.id}/roles/ask`, wanted, { ifMatch: invited.person.version });
      return invited;
    },
    onSuccess,
  });
  const asks = needsConsent(invite.error);
  const link = invite.data ?? ask.data;
  if (link) return <LinkDialog name={values.name} link={link} waits={ask.isSuccess} onClose={onClose} />;
  const ready = values.name.trim() !== "" && values.login.includes("@");
  return (
    <Dialog
      title={t("people.invite")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          {asks ? (
            <Button
              kind="primary"
              label={t("consent.inviteAndAsk")}
              busy={ask.isPending}
              isDisabled={!ready || reason.trim().length < 3}
              onPress={() => ask.mutate()}
            />
          ) : (
            <Button
              kind="primary"
              label={t("people.sendInvite")}
              busy={invite.isPending}
              isDisabled={!ready}
              onPress={() => invite.mutate()}
            />
          )}
        </>
      }
    >
      <PersonFields
        values={values}
        onChange={(next) => {
          setValues(next);
          if (asks && next.roleIds !== values.roleIds) invite.reset();
        }}
      />
      <TextField
        label={t("people.mailbox")}
        help={t("people.mailboxHelp")}
        type="email"
        autoComplete="off"
        value={mailbox}
        onChange={setMailbox}
      />
      {asks ? <AskConsent reason={reason} onReason={setReason} /> : null}
      {ask.error ? <Failure error={ask.error} /> : null}
      {invite.error && !asks ? <Failure error={invite.error} /> : null}
    </Dialog>
  );
}

/** The roles among these that give no rights over others. */
function usePlainRoles(roleIds: readonly string[]): readonly string[] {
  const roles = useQuery(rolesQuery);
  const permissions = useQuery(permissionsQuery);
  const sensitive = new Set(permissions.data?.filter((one) => one.sensitive).map((one) => one.name));
  const plain = new Set(roles.data?.filter((role) => !role.permissions.some((one) => sensitive.has(one))).map((role) => role.id));
  return roleIds.filter((id) => plain.has(id));
}

function LinkDialog(props: { name: string; link: InvitationLink; waits?: boolean; onClose: () => void }) {
  const { name, link, waits, onClose } = props;
  const t = useT();
  const formats = useFormats();
  return (
    <Dialog
      title={t("people.invited", { name })}
      isOpen
      onClose={onClose}
      insist
      actions={<Button kind="primary" label={t("do.close")} onPress={onClose} />}
    >
      <p>{t("people.invitedText", { name })}</p>
      {waits ? <p>{t("consent.asked")}</p> : null}
      <p className={styles.link}>
        <span className="only-read">{t("people.link")}: </span>
        <code>{link.invitation_link}</code>
      </p>
      <p className="small soft">{t("people.linkUntil", { when: formats.full(link.expires_at) })}</p>
      <CopyButton text={link.invitation_link} />
    </Dialog>
  );
}

export function EditPerson({ person, onClose }: { person: PersonLine; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [values, setValues] = useState<Values>({
    name: person.name,
    login: person.login,
    function: person.function,
    language: person.language,
    roleIds: person.roles.map((role) => role.id),
  });
  const [link, setLink] = useState<InvitationLink>();
  const [blocking, setBlocking] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const [recovering, setRecovering] = useState(false);
  const isProgram = person.kept_by === "program";
  const [reason, setReason] = useState("");
  const done = (said: string) => {
    void client.invalidateQueries({ queryKey: ["people"] });
    tell(said);
    onClose();
  };
  const save = useMutation({
    mutationFn: async () => {
      const before = person.roles.map((role) => role.id).sort().join();
      const changed = values.name !== person.name || values.login !== person.login || values.function !== person.function || values.language !== person.language;
      if (changed) {
        await api.put(
          `/people/${person.id}`,
          { name: values.name.trim(), login: values.login.trim(), function: values.function.trim(), language: values.language },
          { ifMatch: person.version },
        );
      }
      if ([...values.roleIds].sort().join() !== before) {
        // The first change moved the version on.
        const now = changed ? await api.get<PersonLine>(`/people/${person.id}`) : person;
        await api.put(`/people/${person.id}/roles`, { role_ids: values.roleIds }, { ifMatch: now.version });
      }
    },
    onSuccess: () => done(t("admin.saved")),
  });
  const ask = useMutation({
    mutationFn: async () => {
      // What else was changed is saved already, and has moved the version on.
      const now = await api.get<PersonLine>(`/people/${person.id}`);
      const wanted = { role_ids: values.roleIds, reason: reason.trim() };
      await api.post(`/people/${person.id}/roles/ask`, wanted, { ifMatch: now.version });
    },
    onSuccess: () => done(t("consent.asked")),
  });
  const asks = needsConsent(save.error);
  const act = useMutation({
    mutationFn: async (what: "disable" | "enable" | "invite" | "sessions" | "password-change") => {
      if (what === "sessions") await api.delete(`/people/${person.id}/sessions`);
      else if (what === "invite") setLink(await api.post<InvitationLink>(`/people/${person.id}/invite`));
      else await api.post(`/people/${person.id}/${what}`);
      return what;
    },
    onSuccess: (what) => {
      if (what === "sessions") tell(t("people.sessionsEnded", { name: person.name }));
      else if (what === "password-change") tell(t("people.askedPassword", { name: person.name }));
      else if (what !== "invite") done(t(what === "disable" ? "people.disabled" : "people.enabled", { name: person.name }));
    },
  });
  const failed = (needsStepUp(save.error) ? null : save.error) ?? act.error;
  if (leaving) return <Leave person={person} onClose={onClose} />;
  if (recovering) return <AskRecovery person={person} onClose={onClose} />;
  if (link) return <LinkDialog name={person.name} link={link} onClose={onClose} />;
  if (blocking) {
    return (
      <Dialog
        title={t("people.disableTitle", { name: person.name })}
        isOpen
        onClose={() => setBlocking(false)}
        actions={
          <>
            <Button label={t("do.cancel")} onPress={() => setBlocking(false)} />
            <Button kind="danger" label={t("people.disable")} busy={act.isPending} onPress={() => act.mutate("disable")} />
          </>
        }
      >
        <p>{t("people.disableText", { name: person.name })}</p>
        {act.error ? <Failure error={act.error} /> : null}
      </Dialog>
    );
  }
  return (
    <Dialog
      title={t("people.edit", { name: person.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          {asks ? (
            <Button
              kind="primary"
              label={t("consent.ask")}
              busy={ask.isPending}
              isDisabled={reason.trim().length < 3}
              onPress={() => ask.mutate()}
            />
          ) : (
            <Button kind="primary" label={t("do.save")} busy={save.isPending} onPress={() => save.mutate()} />
          )}
        </>
      }
    >
      <PlannedLeave person={person} onDone={done} />
      <PersonFields
        values={values}
        onChange={(next) => {
          setValues(next);
          if (asks) save.reset();
        }}
      />
      {asks ? <AskConsent reason={reason} onReason={setReason} /> : null}
      {isProgram ? null : <PersonPasskeys person={person} />}
      {isProgram ? null : <PersonVerified person={person} />}
      <KeptBy person={person} onDone={done} />
      <h3 className="field-label">{t("people.account")}</h3>
      <div className="acts">
        {person.state === "disabled" ? (
          <Button small icon="unlock" label={t("people.enable")} onPress={() => act.mutate("enable")} />
        ) : (
          <Button small icon="lock" label={t("people.disable")} onPress={() => setBlocking(true)} />
        )}
        {person.state === "disabled" ? null : (
          <Button small icon="close" label={t("people.leave")} onPress={() => setLeaving(true)} />
        )}
        {isProgram ? null : <Button small icon="out" label={t("people.endSessions")} onPress={() => act.mutate("sessions")} />}
        {person.state === "active" && !isProgram ? (
          <Button small icon="key" label={t("people.askPassword")} onPress={() => act.mutate("password-change")} />
        ) : null}
        {/* Once somebody has come in, nobody alone replaces what they come in with. */}
        {isProgram ? null : person.state === "invited" && !person.last_sign_in_at ? (
          <Button small icon="key" label={t("people.newInvite")} onPress={() => act.mutate("invite")} />
        ) : person.state === "disabled" ? null : (
          <Button small icon="key" label={t("people.recover")} onPress={() => setRecovering(true)} />
        )}
      </div>
      {ask.error ? <Failure error={ask.error} /> : null}
      {failed && !asks ? <Failure error={failed} /> : null}
      {needsStepUp(save.error) ? <StepUp onDone={() => save.mutate()} onClose={() => save.reset()} /> : null}
    </Dialog>
  );
}
