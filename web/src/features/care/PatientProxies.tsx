import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { Id, Patient, ProxyKind, ProxyScope } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Check, Choice, TextField } from "@/ui/Field";
import { Failure, Skeleton } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import { ProxyTable } from "../own/ProxyParts";
import { patientProxiesQuery, useProxiesChanged } from "../own/queries";

const KINDS: readonly ProxyKind[] = ["parent", "guardian", "mentor", "mandated"];
const SCOPES: readonly ProxyScope[] = ["details", "care", "log"];

/** Who acts for the patient, as the front desk keeps it. */
export function PatientProxies({ patient }: { patient: Patient }) {
  const t = useT();
  const changed = useProxiesChanged();
  const { tell } = useVoice();
  const [adding, setAdding] = useState(false);
  const all = useQuery(patientProxiesQuery(patient.id));
  const end = useMutation({
    mutationFn: (id: Id) => api.delete(`/proxies/${id}`),
    onSuccess: () => tell(t("own.ended")),
    onSettled: changed,
  });
  const consent = useMutation({
    mutationFn: (id: Id) => api.post(`/proxies/${id}/consent`),
    onSuccess: () => tell(t("proxy.consentKept")),
    onSettled: changed,
  });
  const failed = end.error ?? consent.error ?? (all.data ? null : all.error);
  return (
    <section className="panel">
      <header className="page-head">
        <h2>{t("proxy.title")}</h2>
        <Button icon="plus" label={t("proxy.add")} onPress={() => setAdding(true)} />
      </header>
      {failed ? <Failure error={failed} /> : null}
      {all.isPending ? <Skeleton rows={2} /> : null}
      {all.data?.length === 0 ? <p className="soft">{t("proxy.none")}</p> : null}
      {all.data && all.data.length > 0 ? (
        <ProxyTable
          label={t("proxy.title")}
          rows={all.data}
          nameOf={(one) => one.person_name}
          withBasis
          first={(one) =>
            one.standing === "waits_for_consent" ? (
              <Button small label={t("proxy.keepConsent")} onPress={() => consent.mutate(one.id)} />
            ) : null
          }
          ending={end.isPending ? end.variables : undefined}
          onEnd={(one) => end.mutate(one.id)}
        />
      ) : null}
      {adding ? <ProxyDialog patient={patient} onClose={() => setAdding(false)} /> : null}
    </section>
  );
}

function ProxyDialog({ patient, onClose }: { patient: Patient; onClose: () => void }) {
  const t = useT();
  const changed = useProxiesChanged();
  const { tell } = useVoice();
  const [kind, setKind] = useState<ProxyKind>("parent");
  const [login, setLogin] = useState("");
  const [scope, setScope] = useState<readonly ProxyScope[]>(SCOPES);
  const [until, setUntil] = useState("");
  const [consent, setConsent] = useState(false);
  const [basis, setBasis] = useState("");
  const add = useMutation({
    mutationFn: () =>
      api.post(`/patients/${patient.id}/proxies`, {
        login: login.trim(),
        kind,
        scope,
        ends_on: until,
        consent: consent && kind === "parent",
        basis: basis.trim(),
      }),
    onSuccess: () => {
      changed();
      tell(t("proxy.added"));
      onClose();
    },
  });
  const ready = login.includes("@") && scope.length > 0 && until !== "" && (kind === "parent" || basis.trim() !== "");
  return (
    <Dialog
      title={t("proxy.add")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button kind="primary" label={t("do.save")} busy={add.isPending} isDisabled={!ready} onPress={() => add.mutate()} />
        </>
      }
    >
      <Choice
        label={t("mandate.kind")}
        help={t(`proxy.kindHelp.${kind}`)}
        value={kind}
        onChange={setKind}
        options={KINDS.map((value) => ({ value, label: t(`proxy.kind.${value}`) }))}
      />
      <TextField
        label={t("proxy.login")}
        help={t("proxy.loginHelp")}
        type="email"
        autoComplete="off"
        value={login}
        onChange={setLogin}
        required
      />
      <fieldset>
        <legend className="field-label">{t("proxy.scope")}</legend>
        {SCOPES.map((one) => (
          <Check
            key={one}
            label={t(`proxy.scope.${one}`)}
            checked={scope.includes(one)}
            onChange={(on) => setScope(SCOPES.filter((part) => (part === one ? on : scope.includes(part))))}
          />
        ))}
      </fieldset>
      <TextField label={t("mandate.lastDay")} help={t("proxy.lastDayHelp")} type="date" value={until} onChange={setUntil} required />
      {kind === "parent" ? (
        <Check label={t("proxy.consent")} help={t("proxy.consentHelp")} checked={consent} onChange={setConsent} />
      ) : null}
      <TextField
        label={t("proxy.basis")}
        help={t("proxy.basisHelp")}
        autoComplete="off"
        maxLength={500}
        value={basis}
        onChange={setBasis}
        required={kind !== "parent"}
      />
      {add.error ? <Failure error={add.error} /> : null}
    </Dialog>
  );
}
