import { useMutation, useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { LogStatus, VerifyReport } from "@/api/types";
import { useMay } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/CopyButton";
import { Banner, Failure, Skeleton } from "@/ui/pieces";
import styles from "./audit.module.css";

export function Integrity() {
  const t = useT();
  const formats = useFormats();
  const may = useMay();
  const log = useQuery({
    queryKey: ["audit-log"],
    queryFn: ({ signal }) => api.get<LogStatus>("/audit/log", undefined, signal),
  });
  const verify = useMutation({ mutationFn: () => api.post<VerifyReport>("/audit/verify") });
  if (log.error && !log.data) return <Failure error={log.error} onRetry={() => void log.refetch()} />;
  if (!log.data) return <Skeleton rows={3} />;
  const { size, pending, origin, root, verifier_key: key, checkpoint } = log.data;
  return (
    <section className="panel">
      <p>{t("log.intLead")}</p>
      {may("audit.prove") ? (
        <div className="row">
          <Button
            kind="primary"
            icon="shield"
            label={t(verify.isPending ? "log.verifying" : "log.verify")}
            busy={verify.isPending}
            onPress={() => verify.mutate()}
          />
        </div>
      ) : null}
      {verify.error ? <Failure error={verify.error} onRetry={() => verify.mutate()} /> : null}
      {verify.data ? <Report report={verify.data} /> : null}
      <dl className="facts">
        <div className="fact">
          <dt>{t("log.size")}</dt>
          <dd className="nums">{formats.number(size)}</dd>
        </div>
        <div className="fact">
          <dt>{t("log.pending")}</dt>
          <dd className="nums">{formats.number(pending)}</dd>
        </div>
        <div className="fact">
          <dt>{t("log.origin")}</dt>
          <dd>{origin}</dd>
        </div>
        <div className="fact">
          <dt>{t("log.root")}</dt>
          <dd>
            <code>{root}</code>
          </dd>
        </div>
        <div className="fact">
          <dt>{t("log.key")}</dt>
          <dd>
            <code>{key}</code>
          </dd>
        </div>
      </dl>
      <div>
        <h2 className={styles.small}>{t("log.checkpoint")}</h2>
        <p className="small soft">{t("log.checkpointHelp")}</p>
        <pre className={styles.checkpoint}>{checkpoint}</pre>
        <CopyButton text={checkpoint} small />
      </div>
    </section>
  );
}

function Report({ report }: { report: VerifyReport }) {
  const t = useT();
  const erased =
    report.erased > 0 ? (
      <Banner tone="warn">
        <p>{t("log.erasedCount", { count: report.erased })}</p>
        <ul>
          {report.erased_entries.slice(0, 50).map((id) => (
            <li key={id}>
              <code>{id}</code>
            </li>
          ))}
        </ul>
      </Banner>
    ) : null;
  if (report.ok) {
    return (
      <>
        <Banner tone="ok" live>
          {t("log.ok", { checked: report.checked })}
        </Banner>
        {erased}
      </>
    );
  }
  return (
    <>
      <Banner tone="danger" live>
        <p>{t("log.bad", { count: report.problems.length })}</p>
        <ul>
          {report.problems.slice(0, 50).map((problem, index) => (
            <li key={index}>{t("log.problemAt", { seq: problem.seq ?? problem.entry_id ?? "?", what: problem.what })}</li>
          ))}
        </ul>
      </Banner>
      {erased}
    </>
  );
}
