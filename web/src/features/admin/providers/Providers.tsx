import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { IdentityProvider } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/CopyButton";
import { Dialog } from "@/ui/Dialog";
import { Chip, Empty, Failure, Skeleton } from "@/ui/pieces";
import { needsStepUp, StepUp } from "@/ui/StepUp";
import { useVoice } from "@/ui/toasts";
import { EditProvider } from "./EditProvider";
import styles from "../admin.module.css";

export const providersKey = ["identity-providers"] as const;

/** The organisation's identity providers. */
export function Providers() {
  const t = useT();
  const [editing, setEditing] = useState<IdentityProvider | "new">();
  const [removing, setRemoving] = useState<IdentityProvider>();
  const all = useQuery({
    queryKey: providersKey,
    queryFn: ({ signal }) => api.list<IdentityProvider>("/identity-providers", undefined, signal),
  });
  if (editing) {
    return <EditProvider provider={editing === "new" ? undefined : editing} onClose={() => setEditing(undefined)} />;
  }
  return (
    <>
      <header className="page-head">
        <div>
          <h1>{t("admin.providers")}</h1>
          <p className="soft">{t("providers.lead")}</p>
        </div>
        <Button kind="primary" icon="plus" label={t("providers.new")} onPress={() => setEditing("new")} />
      </header>
      {all.error && !all.data ? <Failure error={all.error} onRetry={() => void all.refetch()} /> : null}
      {all.isPending ? <Skeleton rows={3} /> : null}
      {all.data?.length === 0 ? (
        <Empty icon="globe" title={t("providers.none")}>
          <p>{t("providers.noneText")}</p>
        </Empty>
      ) : null}
      {all.data?.map((one) => (
        <section key={one.id} className="panel" aria-label={one.settings.name}>
          <header className="page-head">
            <div>
              <h2>
                {one.settings.name}{" "}
                <Chip tone={one.settings.active ? "ok" : "plain"}>{t(one.settings.active ? "providers.active" : "providers.inactive")}</Chip>
              </h2>
              <p className="small soft">
                {one.settings.issuer} · {t("providers.linked", { n: one.links })}
              </p>
            </div>
            <span className="row">
              <Button small icon="pen" label={t("do.edit")} aria-label={t("providers.editName", { name: one.settings.name })} onPress={() => setEditing(one)} />
              <Button
                kind="quiet"
                small
                icon="trash"
                label={t("providers.remove")}
                aria-label={t("providers.removeName", { name: one.settings.name })}
                onPress={() => setRemoving(one)}
              />
            </span>
          </header>
          <Addresses of={one} />
        </section>
      ))}
      {removing ? <Remove provider={removing} onClose={() => setRemoving(undefined)} /> : null}
    </>
  );
}

/** What is to be entered at the provider. */
function Addresses({ of }: { of: IdentityProvider }) {
  const t = useT();
  return (
    <>
      <p className="small">{t("providers.enter")}</p>
      <dl className={styles.addresses}>
        {(["redirect_uri", "post_logout_redirect_uri", "backchannel_logout_uri"] as const).map((which) => (
          <div key={which}>
            <dt className="small soft">{t(`providers.${which}`)}</dt>
            <dd className="row">
              <code>{of[which]}</code> <CopyButton small text={of[which]} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Remove({ provider, onClose }: { provider: IdentityProvider; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const remove = useMutation({
    mutationFn: () => api.delete(`/identity-providers/${provider.id}`, { ifMatch: provider.version }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: providersKey });
      tell(t("providers.removed"));
      onClose();
    },
  });
  if (needsStepUp(remove.error)) return <StepUp onDone={() => remove.mutate()} onClose={onClose} />;
  return (
    <Dialog
      title={t("providers.removeTitle", { name: provider.settings.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button kind="danger" label={t("providers.remove")} busy={remove.isPending} onPress={() => remove.mutate()} />
        </>
      }
    >
      <p>{t("providers.removeText", { n: provider.links })}</p>
      {remove.error ? <Failure error={remove.error} /> : null}
    </Dialog>
  );
}
