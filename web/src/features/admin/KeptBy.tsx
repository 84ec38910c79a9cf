import { useMutation } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { PersonLine } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Banner, Failure } from "@/ui/pieces";

/** Who keeps somebody's data, and the way to hand it over. */
export function KeptBy({ person, onDone }: { person: PersonLine; onDone: (said: string) => void }) {
  const t = useT();
  const hand = useMutation({
    mutationFn: (provider: boolean) => api.put(`/people/${person.id}/kept-by`, { provider }, { ifMatch: person.version }),
    onSuccess: (_, provider) => onDone(t(provider ? "kept.handed" : "kept.taken", { name: person.name })),
  });
  if (person.kept_by === "program") return <Banner tone="info">{t("kept.program")}</Banner>;
  return (
    <>
      {person.kept_by === "provider" ? (
        <Banner
          tone="info"
          actions={<Button small label={t("kept.takeBack")} busy={hand.isPending} onPress={() => hand.mutate(false)} />}
        >
          {t("kept.provider")}
        </Banner>
      ) : (
        <details>
          <summary>{t("kept.house")}</summary>
          <p>{t("kept.handOverText", { name: person.name })}</p>
          <Button small label={t("kept.handOver")} busy={hand.isPending} onPress={() => hand.mutate(true)} />
        </details>
      )}
      {hand.error ? <Failure error={hand.error} /> : null}
    </>
  );
}
