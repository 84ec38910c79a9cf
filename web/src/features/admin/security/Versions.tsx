import { useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { SecurityPolicy, SecurityVersion } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Failure, Skeleton } from "@/ui/pieces";
import styles from "../admin.module.css";
import { FactChanges } from "./FactChanges";
import { useFactChanges } from "./words";

/** Every version, newest first, each with what it changed. */
export function SecurityVersions({ onUse }: { onUse: (policy: SecurityPolicy) => void }) {
  const t = useT();
  const formats = useFormats();
  const versions = useQuery({
    queryKey: ["policy", "security", "versions"],
    queryFn: ({ signal }) => api.list<SecurityVersion>("/security-policy/versions", undefined, signal),
  });
  const sorted = [...(versions.data ?? [])].sort((a, b) => b.version - a.version);
  return (
    <section className="panel">
      <h2>{t("policy.versions")}</h2>
      {versions.error && !versions.data ? <Failure error={versions.error} onRetry={() => void versions.refetch()} /> : null}
      {versions.isPending ? <Skeleton rows={2} /> : null}
      <ol className={styles.versions}>
        {sorted.map((one, index) => {
          const before = sorted[index + 1];
          return (
            <li key={one.version}>
              {before ? (
                <>
                  <strong>
                    {t("policy.version", { version: one.version, when: formats.full(one.changed_at), name: one.changed_by_name })}
                  </strong>
                  {one.note ? <p>{one.note}</p> : null}
                  <Between before={before.policy} after={one.policy} />
                </>
              ) : (
                <strong>{t("policy.versionFirst")}</strong>
              )}
              {index > 0 ? <Button kind="quiet" small icon="recall" label={t("policy.use")} onPress={() => onUse(one.policy)} /> : null}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Between({ before, after }: { before: SecurityPolicy; after: SecurityPolicy }) {
  return <FactChanges changes={useFactChanges(before, after)} />;
}
