import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { EffectiveRight, PersonLine, PersonRights } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Choice } from "@/ui/Field";
import { Failure, Skeleton, TwoLines } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { rightsQuery } from "./queries";
import { Answer, useGivenWords, useSourceWords, Why } from "./Why";

const ELSEWHERE = "elsewhere";

/** What somebody may do and why; also how it would be in a zone. */
export function Rights({ person, rights }: { person: PersonLine; rights: PersonRights }) {
  const t = useT();
  const [zone, setZone] = useState("");
  const asked = useQuery(rightsQuery(person.id, zone));
  const shown = asked.data ?? rights;
  const has = shown.permissions.filter((one) => one.sources.length > 0);
  const others = shown.permissions.filter((one) => one.sources.length === 0);
  return (
    <section className="panel">
      <h2>{t("rights.title", { name: person.name })}</h2>
      <p className="soft">{t("rights.lead", { name: person.name })}</p>
      <div className="row">
        <Choice
          label={t("rights.where")}
          value={zone}
          onChange={setZone}
          options={[
            { value: "", label: t("rights.anywhere") },
            ...rights.zones.map((one) => ({ value: one.id, label: one.name })),
            { value: ELSEWHERE, label: t("rights.elsewhere") },
          ]}
        />
        <Button icon="refresh" label={t("rights.refresh")} busy={asked.isFetching} onPress={() => void asked.refetch()} />
      </div>
      {asked.error ? <Failure error={asked.error} /> : null}
      {asked.isFetching && !asked.data ? <Skeleton rows={3} /> : null}
      {has.length === 0 ? <p>{t("rights.nothing")}</p> : <Permissions label={t("rights.title", { name: person.name })} rights={has} />}
      {others.length > 0 ? (
        <details>
          <summary>{t("rights.others", { count: others.length, name: person.name })}</summary>
          <ul>
            {others.map((one) => (
              <li key={one.permission}>{t(`permission.${one.permission}`)}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </section>
  );
}

function Permissions({ label, rights }: { label: string; rights: readonly EffectiveRight[] }) {
  const t = useT();
  return (
    <Table
      label={label}
      rows={rights}
      keyOf={(one) => one.permission}
      columns={[
        {
          id: "permission",
          head: t("rights.permission"),
          names: true,
          cell: (one) => <TwoLines under={t(`permissionHelp.${one.permission}`)}>{t(`permission.${one.permission}`)}</TwoLines>,
        },
        { id: "answer", head: t("rights.answer"), cell: (one) => <Answer right={one} /> },
        { id: "why", head: t("rights.why"), cell: (one) => <Why right={one} /> },
      ]}
    />
  );
}

export function RolesGiven({ rights }: { rights: PersonRights }) {
  const t = useT();
  const given = useGivenWords();
  const roles = rights.roles.filter((one) => one.kind === "role");
  return (
    <section className="panel">
      <h2>{t("person.roles")}</h2>
      {roles.length === 0 ? <p className="soft">{t("people.noRoles")}</p> : null}
      {roles.length > 0 ? (
        <Table
          label={t("person.roles")}
          rows={roles}
          keyOf={(one) => one.id}
          columns={[
            { id: "role", head: t("person.role"), names: true, cell: (one) => one.name },
            { id: "given", head: t("person.given"), cell: (one) => given(one) },
          ]}
        />
      ) : null}
    </section>
  );
}

export function MailboxesOf({ rights }: { rights: PersonRights }) {
  const t = useT();
  const does = (acts: readonly EffectiveRight[]) =>
    acts
      .filter((one) => one.allowed)
      .map((one) => t(one.permission === "mail.read" ? "rights.mailRead" : "rights.mailSend"))
      .join(", ");
  return (
    <section className="panel">
      <h2>{t("person.mailboxes")}</h2>
      {rights.mailboxes.length === 0 ? <p className="soft">{t("person.noMailboxes")}</p> : null}
      {rights.mailboxes.length > 0 ? (
        <Table
          label={t("person.mailboxes")}
          rows={rights.mailboxes}
          keyOf={(one) => one.id}
          columns={[
            {
              id: "name",
              head: t("admin.name"),
              names: true,
              cell: (one) => <TwoLines under={one.address}>{one.name}</TwoLines>,
            },
            {
              id: "kind",
              head: t("boxes.kind"),
              cell: (one) =>
                [t(`boxes.kind.${one.mailbox_kind}`), one.duty ? t("boxes.duty") : "", one.active ? "" : t("boxes.inactive")]
                  .filter(Boolean)
                  .join(", "),
            },
            { id: "does", head: t("rights.answer"), cell: (one) => does(one.acts) || t("rights.nothingHere") },
            {
              id: "why",
              head: t("rights.why"),
              cell: (one) => <Why right={one.acts.find((act) => act.sources.length > 0) ?? { sources: [{ kind: "member" }] }} />,
            },
          ]}
        />
      ) : null}
    </section>
  );
}

export function CareOf({ rights }: { rights: PersonRights }) {
  const t = useT();
  const words = useSourceWords();
  return (
    <section className="panel">
      <h2>{t("person.care")}</h2>
      {rights.strict ? null : <p>{t("person.notStrict")}</p>}
      {rights.care.length === 0 ? <p className="soft">{t("person.noCare")}</p> : null}
      <ul>
        {rights.care.map((one) => (
          <li key={words(one)}>{words(one)}</li>
        ))}
      </ul>
    </section>
  );
}
