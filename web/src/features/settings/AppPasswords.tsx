import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, newKey } from "@/api/client";
import type { AppPasswordLine, NewAppPassword } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/CopyButton";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { Failure, Skeleton } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import styles from "./settings.module.css";

export function AppPasswords() {
  const t = useT();
  const formats = useFormats();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [label, setLabel] = useState("");
  const again = () => void client.invalidateQueries({ queryKey: ["app-passwords"] });
  const all = useQuery({
    queryKey: ["app-passwords"],
    queryFn: ({ signal }) => api.list<AppPasswordLine>("/me/app-passwords", undefined, signal),
  });
  const make = useMutation({
    mutationFn: () => api.post<NewAppPassword>("/me/app-passwords", { label: label.trim() }, { idempotencyKey: newKey() }),
    onSuccess: () => {
      setLabel("");
      again();
    },
  });
  const revoke = useMutation({
    mutationFn: (id: string) => api.delete(`/me/app-passwords/${id}`),
    onSuccess: () => {
      tell(t("settings.appRevoked"));
      again();
    },
  });
  const failed = make.error ?? revoke.error ?? (all.data ? null : all.error);
  return (
    <section className="panel">
      <h2>{t("settings.apps")}</h2>
      <p>{t("settings.appsText")}</p>
      {failed ? <Failure error={failed} /> : null}
      {all.isPending ? <Skeleton rows={1} /> : null}
      {all.data?.length === 0 ? <p className="soft">{t("settings.appNone")}</p> : null}
      <ul className={styles.apps}>
        {all.data?.map((one) => (
          <li key={one.id}>
            <span>
              <strong>{one.label}</strong>
              <span className="small soft">
                {t("settings.appMade", { when: formats.short(one.created_at) })},{" "}
                {one.last_used_at ? t("settings.appUsed", { when: formats.short(one.last_used_at) }) : t("settings.appUnused")}
              </span>
            </span>
            <Button
              kind="quiet"
              small
              icon="trash"
              label={t("settings.appRevoke")}
              aria-label={t("settings.appRevokeName", { label: one.label })}
              onPress={() => revoke.mutate(one.id)}
            />
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (label.trim() !== "") make.mutate();
        }}
      >
        <TextField label={t("settings.appLabel")} autoComplete="off" maxLength={80} value={label} onChange={setLabel} />
        <Button type="submit" icon="key" label={t("settings.appMake")} busy={make.isPending} isDisabled={label.trim() === ""} />
      </form>
      {make.data ? <Made made={make.data} onClose={() => make.reset()} /> : null}
    </section>
  );
}

/** The new password, shown once, with what the mail program wants to know. */
function Made({ made, onClose }: { made: NewAppPassword; onClose: () => void }) {
  const t = useT();
  return (
    <Dialog
      title={t("settings.appNewTitle", { label: made.label })}
      isOpen
      onClose={onClose}
      insist
      actions={<Button kind="primary" label={t("do.close")} onPress={onClose} />}
    >
      <p>{t("settings.appNewText")}</p>
      <dl className="facts">
        <div className="fact">
          <dt>{t("settings.appPassword")}</dt>
          <dd className={styles.secret}>
            <code>{made.password}</code> <CopyButton text={made.password} small />
          </dd>
        </div>
        <div className="fact">
          <dt>{t("settings.appUser")}</dt>
          <dd>
            <code>{made.username}</code>
          </dd>
        </div>
        <div className="fact">
          <dt>{t("settings.appServers")}</dt>
          <dd>
            {made.servers.map((one) => (
              <p key={`${one.host}:${one.port}`}>
                {t("settings.appServer", { host: one.host, port: String(one.port), protocol: one.protocol })}
              </p>
            ))}
          </dd>
        </div>
      </dl>
    </Dialog>
  );
}
