import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { identityLinksQuery } from "@/ui/identityLinksQuery";
import { Failure } from "@/ui/pieces";
import { needsStepUp, StepUp } from "@/ui/StepUp";
import { useVoice } from "@/ui/toasts";
import styles from "./settings.module.css";

/** One's accounts at the organisation's identity providers. Nothing where there are no providers. */
export function Links() {
  const t = useT();
  const formats = useFormats();
  const client = useQueryClient();
  const { tell } = useVoice();
  const all = useQuery(identityLinksQuery);
  const link = useMutation({
    mutationFn: (provider_id: string) => api.post<{ url: string }>("/me/identity-links/begin", { provider_id }),
    onSuccess: ({ url }) => location.assign(url),
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.delete(`/me/identity-links/${id}`),
    onSuccess: () => {
      tell(t("provider.unlinked"));
      void client.invalidateQueries(identityLinksQuery);
    },
  });
  const { links = [], providers = [] } = all.data ?? {};
  const left = providers.filter(({ id }) => !links.some((one) => one.provider_id === id));
  if (links.length === 0 && left.length === 0) return null;
  const failed = [link.error, remove.error].find((error) => error && !needsStepUp(error));
  return (
    <section className="panel">
      <h2>{t("provider.links")}</h2>
      <p>{t("provider.linksText")}</p>
      {failed ? <Failure error={failed} /> : null}
      <ul className={styles.apps} aria-label={t("provider.links")}>
        {links.map((one) => (
          <li key={one.id}>
            <span>
              <strong>{one.provider_name}</strong>
              <span className="small soft">
                {t("provider.linkedSince", { when: formats.short(one.created_at) })},{" "}
                {one.last_used_at ? t("settings.appUsed", { when: formats.short(one.last_used_at) }) : t("settings.appUnused")}
              </span>
            </span>
            <Button
              kind="quiet"
              small
              icon="trash"
              label={t("provider.unlink")}
              aria-label={t("provider.unlinkName", { name: one.provider_name })}
              busy={remove.isPending && remove.variables === one.id}
              onPress={() => remove.mutate(one.id)}
            />
          </li>
        ))}
      </ul>
      {left.map(({ id, name }) => (
        <Button key={id} icon="globe" label={t("provider.link", { name })} busy={(link.isPending || link.isSuccess) && link.variables === id} onPress={() => link.mutate(id)} />
      ))}
      {needsStepUp(link.error) ? <StepUp onDone={() => link.mutate(link.variables ?? "")} onClose={() => link.reset()} /> : null}
      {needsStepUp(remove.error) ? <StepUp onDone={() => remove.mutate(remove.variables ?? "")} onClose={() => remove.reset()} /> : null}
    </section>
  );
}
