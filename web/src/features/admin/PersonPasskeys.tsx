import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { Passkey, PersonLine } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Chip, Failure } from "@/ui/pieces";
import { needsStepUp, StepUp } from "@/ui/StepUp";
import { useVoice } from "@/ui/toasts";
import styles from "./admin.module.css";

/** A colleague's passkeys, to take away one that was lost. Nothing is shown while there are none. */
export function PersonPasskeys({ person }: { person: PersonLine }) {
  const t = useT();
  const formats = useFormats();
  const client = useQueryClient();
  const { tell } = useVoice();
  const queryKey = ["people", person.id, "passkeys"];
  const all = useQuery({ queryKey, queryFn: ({ signal }) => api.list<Passkey>(`/people/${person.id}/passkeys`, undefined, signal) });
  const remove = useMutation({
    mutationFn: (one: Passkey) => api.delete(`/people/${person.id}/passkeys/${one.id}`),
    onSuccess: (_, one) => {
      tell(t("people.passkeyRemoved", { name: one.name }));
      void client.invalidateQueries({ queryKey });
    },
  });
  const again = needsStepUp(remove.error) ? remove.variables : undefined;
  const failed = (again ? null : remove.error) ?? all.error;
  if (!failed && (all.data?.length ?? 0) === 0) return null;
  return (
    <section aria-label={t("people.passkeys")}>
      <h3 className="field-label">{t("people.passkeys")}</h3>
      <ul className={styles.passkeys}>
        {all.data?.map((one) => (
          <li key={one.id}>
            <span>
              {one.name} {one.device_bound ? <Chip icon="lock">{t("settings.passkeyBound")}</Chip> : null}
              <span className="small soft"> {one.last_used_at ? t("settings.appUsed", { when: formats.short(one.last_used_at) }) : t("settings.appUnused")}</span>
            </span>
            <Button
              kind="quiet"
              small
              icon="trash"
              label={t("settings.passkeyRemove")}
              aria-label={t("settings.passkeyRemoveName", { name: one.name })}
              busy={remove.isPending}
              onPress={() => remove.mutate(one)}
            />
          </li>
        ))}
      </ul>
      {failed ? <Failure error={failed} /> : null}
      {again ? <StepUp onDone={() => remove.mutate(again)} onClose={() => remove.reset()} /> : null}
    </section>
  );
}
