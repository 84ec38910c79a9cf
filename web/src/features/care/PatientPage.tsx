import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { isProblem } from "@/api/client";
import { useMay } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Banner, Empty, Failure, Skeleton } from "@/ui/pieces";
import { useTitle } from "@/ui/title";
import { Looks } from "./Looks";
import { Openers } from "./Openers";
import { EmergencyDialog } from "./EmergencyDialog";
import { PatientAccount } from "./PatientAccount";
import { PatientChecks } from "./PatientChecks";
import { PatientProxies } from "./PatientProxies";
import { PatientDialog } from "./PatientDialog";
import { Ground } from "./Patients";
import { Relations } from "./Relations";
import { patientQuery } from "./queries";

export function PatientPage() {
  const t = useT();
  const formats = useFormats();
  const may = useMay();
  const { patient: id } = useParams({ from: "/inside/later/patients/$patient" });
  const patient = useQuery(patientQuery(id));
  const [editing, setEditing] = useState(false);
  const [emergency, setEmergency] = useState(false);
  const [looking, setLooking] = useState(false);
  useTitle(patient.data?.name ?? t("care.title"));
  const back = (
    <Link to="/patients" className="button quiet">
      <Icon name="back" />
      <span>{t("care.back")}</span>
    </Link>
  );
  if (!patient.data) {
    return (
      <div className="page">
        {back}
        {patient.error && isProblem(patient.error, "not_found") ? <Empty icon="people" title={t("care.none")} /> : null}
        {patient.error && !isProblem(patient.error, "not_found") ? (
          <Failure error={patient.error} onRetry={() => void patient.refetch()} />
        ) : null}
        {patient.isPending ? <Skeleton rows={4} /> : null}
      </div>
    );
  }
  const one = patient.data;
  const seen = one.ground ?? undefined;
  return (
    <div className="page">
      {back}
      <header className="page-head">
        <div>
          <h1>{one.name}</h1>
          <p className="soft">{[one.birth_date ? formats.date(one.birth_date) : "", ...one.references, one.phone].filter(Boolean).join(" · ")}</p>
          <Ground ground={seen} />
        </div>
        {may("patient.manage") ? <Button icon="pen" label={t("care.edit")} onPress={() => setEditing(true)} /> : null}
      </header>
      {seen ? null : (
        <Banner
          tone="warn"
          actions={
            may("access.break_glass") ? (
              <Button kind="danger" label={t("emergency.take")} onPress={() => setEmergency(true)} />
            ) : undefined
          }
        >
          {t("care.closed")}
        </Banner>
      )}
      {seen ? <Relations patient={id} ground={seen} /> : null}
      {may("patient.manage") ? <PatientChecks patient={one} /> : null}
      {may("patient.manage") ? <PatientAccount patient={one} /> : null}
      {may("proxy.manage") ? <PatientProxies patient={one} /> : null}
      {may("access.review") ? (
        <section className="panel">
          <h2>{t("looked.title")}</h2>
          <p className="soft">{t("looked.leadPatient")}</p>
          {looking ? (
            <Looks path={`/patients/${id}/access-log`} />
          ) : (
            // Looking is recorded: only when asked.
            <Button icon="eye" label={t("looked.show")} onPress={() => setLooking(true)} />
          )}
        </section>
      ) : null}
      {may("rights.review") ? <Openers patient={id} /> : null}
      {editing ? <PatientDialog patient={one} onClose={() => setEditing(false)} /> : null}
      {emergency ? <EmergencyDialog patient={id} onClose={() => setEmergency(false)} /> : null}
    </div>
  );
}
