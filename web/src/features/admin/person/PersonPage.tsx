import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, isProblem } from "@/api/client";
import type { PersonLine, PersonRights } from "@/api/types";
import { useMay } from "@/app/session";
import { Entries } from "@/features/audit/Audit";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Chip, Empty, Failure, Skeleton } from "@/ui/pieces";
import { SessionTable } from "@/ui/SessionTable";
import { useTitle } from "@/ui/title";
import { useVoice } from "@/ui/toasts";
import { STATE_TONES } from "../lists";
import { EditPerson } from "../PersonDialogs";
import { PersonPasskeys } from "../PersonPasskeys";
import { personQuery, personSessionsQuery, rightsQuery } from "./queries";
import { CareOf, MailboxesOf, Rights, RolesGiven } from "./Rights";

/** Everything about a person of the organisation: who they are, how they come in, what they may do and why. */
export function PersonPage() {
  const t = useT();
  const { person: id } = useParams({ from: "/inside/later/admin/people/$person" });
  const person = useQuery(personQuery(id));
  useTitle(person.data?.name ?? t("person.title"));
  return (
    <>
      <Link to="/admin/people" className="button quiet">
        <Icon name="back" />
        <span>{t("person.back")}</span>
      </Link>
      {person.error && isProblem(person.error, "not_found") ? <Empty icon="people" title={t("admin.nobody")} /> : null}
      {person.error && !isProblem(person.error, "not_found") ? (
        <Failure error={person.error} onRetry={() => void person.refetch()} />
      ) : null}
      {person.isPending ? <Skeleton rows={4} /> : null}
      {person.data ? <Parts person={person.data} /> : null}
    </>
  );
}

function Parts({ person }: { person: PersonLine }) {
  const t = useT();
  const may = useMay();
  const client = useQueryClient();
  const [editing, setEditing] = useState(false);
  const rights = useQuery(rightsQuery(person.id, ""));
  return (
    <>
      <header className="page-head">
        <div>
          <h1>{person.name}</h1>
          <p className="soft">{[person.function, person.login].filter(Boolean).join(" · ")}</p>
          <Chip tone={STATE_TONES[person.state]}>{t(`people.state.${person.state}`)}</Chip>
        </div>
        {may("person.manage") ? <Button icon="pen" label={t("person.change")} onPress={() => setEditing(true)} /> : null}
      </header>
      {rights.error ? <Failure error={rights.error} onRetry={() => void rights.refetch()} /> : null}
      {rights.isPending ? <Skeleton rows={6} /> : null}
      {rights.data ? (
        <>
          <RolesGiven rights={rights.data} />
          <Rights person={person} rights={rights.data} />
          <MailboxesOf rights={rights.data} />
          <CareOf rights={rights.data} />
          <Ways person={person} rights={rights.data} />
        </>
      ) : null}
      <Sessions person={person} />
      {may("audit.read") ? <History person={person} /> : null}
      {editing ? (
        <EditPerson
          person={person}
          onClose={() => {
            setEditing(false);
            // What was changed may change what they may do.
            void client.invalidateQueries({ queryKey: ["rights", person.id] });
          }}
        />
      ) : null}
    </>
  );
}

function Ways({ person, rights }: { person: PersonLine; rights: PersonRights }) {
  const t = useT();
  const formats = useFormats();
  const may = useMay();
  const { ways } = rights;
  const facts: [string, string][] = [
    [t("person.password"), t(ways.password ? "person.has" : "person.hasNot")],
    [t("person.passkeyCount"), t("person.passkeysOf", { count: ways.passkeys, bound: ways.security_keys })],
    [t("person.mailPrograms"), t("person.mailProgramsOf", { count: ways.mail_programs })],
    [t("people.lastSignIn"), person.last_sign_in_at ? formats.full(person.last_sign_in_at) : t("people.never")],
  ];
  return (
    <section className="panel">
      <h2>{t("person.ways")}</h2>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {may("person.manage") ? <PersonPasskeys person={person} /> : null}
    </section>
  );
}

function Sessions({ person }: { person: PersonLine }) {
  const t = useT();
  const may = useMay();
  const client = useQueryClient();
  const { tell } = useVoice();
  const sessions = useQuery(personSessionsQuery(person.id));
  const end = useMutation({
    mutationFn: (id: string | undefined) => api.delete(id ? `/sessions/${id}` : `/people/${person.id}/sessions`),
    onSuccess: (_, id) => tell(id ? t("sessions.ended") : t("people.sessionsEnded", { name: person.name })),
    onSettled: () => void client.invalidateQueries({ queryKey: ["people", "sessions"] }),
  });
  const mayEnd = may("person.manage");
  return (
    <section className="panel">
      <header className="page-head">
        <h2>{t("person.sessions")}</h2>
        {mayEnd && (sessions.data?.length ?? 0) > 0 ? (
          <Button icon="out" label={t("people.endSessions")} busy={end.isPending} onPress={() => end.mutate(undefined)} />
        ) : null}
      </header>
      {(sessions.error ?? end.error) ? <Failure error={sessions.error ?? end.error} /> : null}
      {sessions.isPending ? <Skeleton rows={2} /> : null}
      {sessions.data?.length === 0 ? <p className="soft">{t("sessions.none")}</p> : null}
      {sessions.data && sessions.data.length > 0 ? (
        <SessionTable sessions={sessions.data} {...(mayEnd ? { onEnd: (one) => end.mutate(one.id) } : {})} />
      ) : null}
    </section>
  );
}

function History({ person }: { person: PersonLine }) {
  const t = useT();
  const [shown, setShown] = useState(false);
  return (
    <section className="panel">
      <h2>{t("person.history", { name: person.name })}</h2>
      <p className="soft">{t("person.historyLead")}</p>
      {shown ? (
        <Entries asked={{ about: person.id }} />
      ) : (
        // Looking is recorded: only when asked.
        <Button icon="log" label={t("person.historyShow")} onPress={() => setShown(true)} />
      )}
    </section>
  );
}
