import { useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { Policy, PolicyVersion } from "@/api/types";
import { useFormats, useT, type Formats, type Translate } from "@/i18n";
import { Button } from "@/ui/Button";
import { Failure, Skeleton } from "@/ui/pieces";
import { Changes } from "./PolicyChanges";
import { policyDiff } from "./policyDiff";
import styles from "./admin.module.css";

/** The first version was made with the organisation, by nobody. */
export const versionText = (t: Translate, formats: Formats, one: PolicyVersion) => {
  const which = { version: one.version, when: formats.full(one.changed_at) };
  return one.changed_by_name ? t("policy.version", { ...which, name: one.changed_by_name }) : t("policy.versionOwn", which);
};

/** Every version, newest first, each with what it changed. */
export function PolicyVersions({ onUse }: { onUse: ((policy: Policy) => void) | undefined }) {
  const t = useT();
  const formats = useFormats();
  const versions = useQuery({
    queryKey: ["policy", "versions"],
    queryFn: ({ signal }) => api.list<PolicyVersion>("/policy/versions", undefined, signal),
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
              <strong>
                {versionText(t, formats, one)}
              </strong>
              {one.note ? <p>{one.note}</p> : null}
              {before ? (
                <Changes changes={policyDiff(before.policy, one.policy)} />
              ) : (
                <p className="small soft">{t("policy.versionFirst")}</p>
              )}
              {onUse && index > 0 ? (
                <Button kind="quiet" small icon="recall" label={t("policy.use")} onPress={() => onUse(one.policy)} />
              ) : null}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
