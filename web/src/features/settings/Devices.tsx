import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { Device } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { deviceName } from "@/ui/deviceName";
import { Chip, Failure, Skeleton } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import styles from "./settings.module.css";

const KEY = ["my-devices"];

/** The browsers in which one has signed in. Signing in with any other is told by a notice. */
export function Devices() {
  const t = useT();
  const formats = useFormats();
  const client = useQueryClient();
  const { tell } = useVoice();
  const all = useQuery({ queryKey: KEY, queryFn: ({ signal }) => api.list<Device>("/me/devices", undefined, signal) });
  const forget = useMutation({
    mutationFn: (one: Device) => api.delete(`/me/devices/${one.id}`),
    onSuccess: () => {
      tell(t("settings.deviceForgotten"));
      void client.invalidateQueries({ queryKey: KEY });
      void client.invalidateQueries({ queryKey: ["my-sessions"] });
    },
  });
  const nameOf = (one: Device) => (one.user_agent ? deviceName(one.user_agent) : t("settings.deviceNoName"));
  return (
    <section className="panel">
      <h2>{t("settings.devices")}</h2>
      <p>{t("settings.devicesText")}</p>
      {all.error && !all.data ? <Failure error={all.error} onRetry={() => void all.refetch()} /> : null}
      {forget.error ? <Failure error={forget.error} /> : null}
      {all.isPending ? <Skeleton rows={1} /> : null}
      {all.data?.length === 0 ? <p className="soft">{t("settings.deviceNone")}</p> : null}
      <ul className={styles.apps} aria-label={t("settings.devices")}>
        {all.data?.map((one) => (
          <li key={one.id}>
            <span>
              <span>
                <strong>{nameOf(one)}</strong> {one.current ? <Chip tone="ok">{t("settings.deviceHere")}</Chip> : null}
              </span>
              <span className="small soft">
                {t("settings.deviceSince", { when: formats.short(one.created_at) })},{" "}
                {t("settings.deviceSeen", { when: formats.short(one.last_seen_at) })}
              </span>
            </span>
            <Button
              kind="quiet"
              small
              icon="trash"
              label={t("settings.deviceForget")}
              aria-label={t("settings.deviceForgetName", { name: nameOf(one) })}
              busy={forget.isPending && forget.variables.id === one.id}
              onPress={() => forget.mutate(one)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
