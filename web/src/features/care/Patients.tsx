import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { PatientLine } from "@/api/types";
import { useMay } from "@/app/session";
import { useFormats, useT, type MessageKey } from "@/i18n";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Chip, Empty, Failure, Skeleton } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { useTitle } from "@/ui/title";
import { PatientDialog } from "./PatientDialog";
import { patientsQuery } from "./queries";

export function Ground({ ground }: { ground: string | undefined }) {
  const t = useT();
  return ground ? (
    <Chip tone={ground === "break_glass" ? "danger" : "ok"}>{t(`ground.${ground}` as MessageKey)}</Chip>
  ) : (
    <Chip icon="lock">{t("care.noGround")}</Chip>
  );
}

export function Patients() {
  const t = useT();
  const may = useMay();
  const navigate = useNavigate();
  const [words, setWords] = useState("");
  const [asked, setAsked] = useState("");
  const [registering, setRegistering] = useState(false);
  const found = useQuery(patientsQuery(asked));
  useTitle(t("care.title"));
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t("care.title")}</h1>
          <p className="soft">{t(may("patient.manage") || may("access.review") ? "care.leadManage" : "care.lead")}</p>
        </div>
        <span className="row">
          {may("patient.read") ? (
            <Link to="/teams" className="button plain">
              {t("teams.title")}
            </Link>
          ) : null}
          {may("patient.manage") ? (
            <Button kind="primary" icon="plus" label={t("care.new")} onPress={() => setRegistering(true)} />
          ) : null}
        </span>
      </header>
      <section className="panel">
        <form
          role="search"
          className="row"
          onSubmit={(event) => {
            event.preventDefault();
            setAsked(words.trim());
          }}
        >
          <TextField
            label={t("care.find")}
            type="search"
            autoComplete="off"
            spellCheck={false}
            maxLength={100}
            value={words}
            onChange={setWords}
          />
          <Button type="submit" icon="search" label={t("care.findDo")} />
        </form>
        {found.error && !found.data ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : null}
        {found.isPending ? <Skeleton rows={4} /> : null}
        {found.data?.length === 0 ? (
          <Empty icon="people" title={t(asked === "" ? "care.noneMine" : "care.none")} />
        ) : null}
        {found.data && found.data.length > 0 ? <PatientTable rows={found.data} /> : null}
      </section>
      {registering ? (
        <PatientDialog
          onClose={() => setRegistering(false)}
          onDone={(made) => void navigate({ to: "/patients/$patient", params: { patient: made.id } })}
        />
      ) : null}
    </div>
  );
}

function PatientTable({ rows }: { rows: readonly PatientLine[] }) {
  const t = useT();
  const formats = useFormats();
  return (
    <Table
      label={t("care.title")}
      rows={rows}
      keyOf={(one) => one.id}
      columns={[
        {
          id: "name",
          head: t("care.name"),
          names: true,
          cell: (one) => (
            // Opening is recorded in the log: never ahead of the click.
            <Link to="/patients/$patient" params={{ patient: one.id }} preload={false}>
              {one.name}
            </Link>
          ),
        },
        { id: "birth", head: t("care.birthDate"), cell: (one) => (one.birth_date ? formats.date(one.birth_date) : null) },
        { id: "references", head: t("care.references"), cell: (one) => formats.list(one.references) },
        { id: "ground", head: t("care.ground"), cell: (one) => <Ground ground={one.ground ?? undefined} /> },
      ]}
    />
  );
}
