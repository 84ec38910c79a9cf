import { useMutation, useQuery } from "@tanstack/react-query";
import { api, isProblem } from "@/api/client";
import type { Proxy, ProxyScope } from "@/api/types";
import { useMay, useSession } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Chip, Empty, Failure, Skeleton } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { useTitle } from "@/ui/title";
import { useVoice } from "@/ui/toasts";
import { Looks } from "../care/Looks";
import { ProxyTable } from "./ProxyParts";
import { detailsQuery, ownCareQuery, ownProxiesQuery, useActFor, useProxiesChanged } from "./queries";

/** A patient's own pages, or those of the patient for whom one acts: as far as that goes. */
export function OwnHome() {
  const t = useT();
  const { acting_for: acting } = useSession();
  const title = acting ? t("own.titleFor", { name: acting.name }) : t("own.title");
  useTitle(title);
  if (acting?.over) {
    return (
      <div className="page">
        <Empty icon="lock" title={t("acting.over", { name: acting.name })}>
          {t("acting.overHelp")}
        </Empty>
      </div>
    );
  }
  const opens = (part: ProxyScope) => !acting || acting.scope.includes(part);
  return (
    <div className="page">
      <header className="page-head">
        <h1>{title}</h1>
      </header>
      {acting ? null : <Acting />}
      {acting ? (
        <>
          {opens("details") ? <Details /> : null}
          {opens("care") ? <Care /> : null}
          {opens("log") ? <Log /> : null}
        </>
      ) : (
        <Mine />
      )}
    </div>
  );
}

/** What is one's own, if the account is a patient's. */
function Mine() {
  const t = useT();
  const may = useMay();
  const details = useQuery(detailsQuery);
  if (details.isPending) return <Skeleton rows={4} />;
  if (isProblem(details.error, "not_found")) {
    return may("proxy.act") ? null : (
      <Empty icon="people" title={t("looked.noPatient")}>
        {t("looked.noPatientHelp")}
      </Empty>
    );
  }
  return (
    <>
      <Details />
      <Care />
      <ForMe />
      <Log />
    </>
  );
}

function Details() {
  const t = useT();
  const formats = useFormats();
  const details = useQuery(detailsQuery);
  if (details.error && !details.data) return <Failure error={details.error} onRetry={() => void details.refetch()} />;
  if (!details.data) return <Skeleton rows={2} />;
  const { name, birth_date: born, references, phone } = details.data;
  const facts: [string, string | null][] = [
    [t("own.name"), name],
    [t("own.born"), born ? formats.date(born) : null],
    [t("own.numbers"), references.join(", ")],
    [t("own.phone"), phone],
  ];
  return (
    <section className="panel">
      <h2>{t("own.details")}</h2>
      <p className="soft">{t("own.detailsHelp")}</p>
      <dl className="facts">
        {facts
          .filter(([, value]) => value)
          .map(([what, value]) => (
            <div key={what} className="fact">
              <dt>{what}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}

function Care() {
  const t = useT();
  const formats = useFormats();
  const care = useQuery(ownCareQuery);
  return (
    <section className="panel">
      <h2>{t("relations.title")}</h2>
      {care.error && !care.data ? <Failure error={care.error} onRetry={() => void care.refetch()} /> : null}
      {care.isPending ? <Skeleton rows={2} /> : null}
      {care.data?.length === 0 ? <p className="soft">{t("own.careNone")}</p> : null}
      {care.data && care.data.length > 0 ? (
        <Table
          label={t("relations.title")}
          rows={care.data}
          keyOf={(one) => one.id}
          columns={[
            { id: "who", head: t("relations.who"), names: true, cell: (one) => one.name },
            { id: "kind", head: t("relations.kind"), cell: (one) => <Chip>{t(`relation.${one.kind}`)}</Chip> },
            {
              id: "since",
              head: t("looked.when"),
              cell: (one) =>
                one.ends_at
                  ? t("mandate.fromUntil", { from: formats.full(one.starts_at), until: formats.full(one.ends_at) })
                  : t("mandate.from", { from: formats.full(one.starts_at) }),
            },
          ]}
        />
      ) : null}
    </section>
  );
}

function Log() {
  const t = useT();
  return (
    <section className="panel">
      <h2>{t("looked.title")}</h2>
      <Looks path="/me/access-log" file="/me/access-log.csv" />
    </section>
  );
}

/** For whom one acts, with the way to begin. */
function Acting() {
  const t = useT();
  const may = useMay();
  const proxies = useQuery({ ...ownProxiesQuery, enabled: may("proxy.act") });
  const actFor = useActFor();
  if (!may("proxy.act")) return null;
  const mine = proxies.data?.by_me ?? [];
  return (
    <section className="panel">
      <h2>{t("own.byMe")}</h2>
      <p>{t("own.byMeHelp")}</p>
      {proxies.error && !proxies.data ? <Failure error={proxies.error} onRetry={() => void proxies.refetch()} /> : null}
      {actFor.error ? <Failure error={actFor.error} /> : null}
      {proxies.isPending ? <Skeleton rows={2} /> : null}
      {proxies.data && mine.length === 0 ? <p className="soft">{t("own.byMeNone")}</p> : null}
      {mine.length > 0 ? (
        <OwnProxies
          label={t("own.byMe")}
          rows={mine}
          nameOf={(one) => one.patient_name}
          first={(one) =>
            one.standing === "holds" ? (
              <Button
                small
                kind="primary"
                label={t("own.act")}
                aria-label={t("own.actFor", { name: one.patient_name })}
                busy={actFor.isPending && actFor.variables === one.patient_id}
                onPress={() => actFor.mutate(one.patient_id)}
              />
            ) : null
          }
        />
      ) : null}
    </section>
  );
}

/** Who acts for oneself; the patient consents, and withdraws. */
function ForMe() {
  const t = useT();
  const changed = useProxiesChanged();
  const { tell } = useVoice();
  const proxies = useQuery(ownProxiesQuery);
  const consent = useMutation({
    mutationFn: (one: Proxy) => api.post(`/me/proxies/${one.id}/consent`),
    onSuccess: (_, one) => tell(t("own.consented", { name: one.person_name })),
    onSettled: changed,
  });
  const mine = proxies.data?.for_me ?? [];
  return (
    <section className="panel">
      <h2>{t("own.forMe")}</h2>
      <p>{t("own.forMeHelp")}</p>
      {proxies.error && !proxies.data ? <Failure error={proxies.error} onRetry={() => void proxies.refetch()} /> : null}
      {consent.error ? <Failure error={consent.error} /> : null}
      {proxies.data && mine.length === 0 ? <p className="soft">{t("own.forMeNone")}</p> : null}
      {mine.length > 0 ? (
        <OwnProxies
          label={t("own.forMe")}
          rows={mine}
          nameOf={(one) => one.person_name}
          first={(one) =>
            one.standing === "waits_for_consent" ? (
              <Button
                small
                kind="primary"
                label={t("own.consent")}
                aria-label={t("own.consentTo", { name: one.person_name })}
                busy={consent.isPending && consent.variables.id === one.id}
                onPress={() => consent.mutate(one)}
              />
            ) : null
          }
        />
      ) : null}
    </section>
  );
}

/** Proxies of one's own, on either side: both can end them. */
function OwnProxies(props: {
  label: string;
  rows: readonly Proxy[];
  nameOf: (one: Proxy) => string;
  first: (one: Proxy) => React.ReactNode;
}) {
  const changed = useProxiesChanged();
  const t = useT();
  const { tell } = useVoice();
  const end = useMutation({
    mutationFn: (one: Proxy) => api.delete(`/me/proxies/${one.id}`),
    onSuccess: () => tell(t("own.ended")),
    onSettled: changed,
  });
  return (
    <>
      {end.error ? <Failure error={end.error} /> : null}
      <ProxyTable {...props} ending={end.isPending ? end.variables.id : undefined} onEnd={end.mutate} />
    </>
  );
}
