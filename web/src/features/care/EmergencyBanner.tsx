import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "@/api/client";
import type { OpenEmergency } from "@/api/types";
import { useMay } from "@/app/session";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Banner, Failure } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import { useCareChanged } from "./EmergencyDialog";
import { emergenciesQuery } from "./queries";

/** On every page while an emergency access is open: to whom, how long, and the way to end it. */
export function EmergencyBanner() {
  const may = useMay();
  const open = useQuery({ ...emergenciesQuery, enabled: may("access.break_glass") });
  const t = useT();
  if (!open.data || open.data.length === 0) return null;
  return (
    <aside aria-label={t("emergency.take")}>
      {open.data.map((one) => (
        <OneBanner key={one.id} emergency={one} />
      ))}
    </aside>
  );
}

const minutesUntil = (at: string) => Math.max(0, Math.ceil((Date.parse(at) - Date.now()) / 60_000));

function OneBanner({ emergency }: { emergency: OpenEmergency }) {
  const t = useT();
  const changed = useCareChanged();
  const { tell } = useVoice();
  const [left, setLeft] = useState(() => minutesUntil(emergency.ends_at));
  useEffect(() => {
    const timer = setInterval(() => {
      setLeft(minutesUntil(emergency.ends_at));
      // The server decides: what it says is shown from then on.
      if (Date.parse(emergency.ends_at) <= Date.now()) changed();
    }, 5_000);
    return () => clearInterval(timer);
  });
  const end = useMutation({
    mutationFn: () => api.delete(`/patients/${emergency.patient_id}/break-glass`),
    onSuccess: () => tell(t("emergency.ended")),
    onSettled: changed,
  });
  return (
    <Banner
      tone="danger"
      actions={<Button small label={t("emergency.end")} busy={end.isPending} onPress={() => end.mutate()} />}
    >
      {t("emergency.banner", { name: emergency.patient_name, left: t("emergency.minutes", { minutes: left }) })}
      {end.error ? <Failure error={end.error} /> : null}
    </Banner>
  );
}
