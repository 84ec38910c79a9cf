import { useSession } from "@/app/session";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Banner, Failure } from "@/ui/pieces";
import { useActFor } from "./queries";

/** On every page while one acts for a patient: for whom, and the way to stop. */
export function ActingBanner() {
  const t = useT();
  const { acting_for: acting } = useSession();
  const actFor = useActFor();
  if (!acting) return null;
  return (
    <aside aria-label={t("acting.label")}>
      <Banner
        tone={acting.over ? "warn" : "info"}
        actions={<Button small label={t("acting.stop")} busy={actFor.isPending} onPress={() => actFor.mutate(null)} />}
      >
        {t(acting.over ? "acting.over" : "acting.now", { name: acting.name })}
        {actFor.error ? <Failure error={actFor.error} /> : null}
      </Banner>
    </aside>
  );
}
