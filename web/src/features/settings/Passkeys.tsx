import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, isProblem } from "@/api/client";
import { makePasskey, passkeysHere } from "@/api/passkey";
import type { NewPasskeyOptions, Passkey } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { Banner, Chip, Failure, Skeleton } from "@/ui/pieces";
import { deviceName } from "@/ui/deviceName";
import { usePasskeyText } from "@/ui/passkeyWords";
import { passkeysQuery } from "@/ui/passkeysQuery";
import { needsStepUp, StepUp } from "@/ui/StepUp";
import { useVoice } from "@/ui/toasts";
import styles from "./settings.module.css";

/** The passkeys of whoever is signed in. */
export function Passkeys() {
  const t = useT();
  const words = usePasskeyText();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [name, setName] = useState(() => deviceName(navigator.userAgent));
  const [naming, setNaming] = useState<Passkey>();
  const [removing, setRemoving] = useState<Passkey>();
  const again = () => void client.invalidateQueries({ queryKey: passkeysQuery.queryKey });
  const all = useQuery(passkeysQuery);
  const add = useMutation({
    mutationFn: async () => {
      const options = await api.post<NewPasskeyOptions>("/me/passkeys/options");
      const credential = await makePasskey(options.public_key);
      return api.post<Passkey>("/me/passkeys", { name: name.trim(), credential });
    },
    onSuccess: (made) => {
      tell(t("settings.passkeyAdded", { name: made.name }));
      again();
    },
  });
  const failed = needsStepUp(add.error) ? null : add.error;
  return (
    <section className="panel">
      <h2>{t("settings.passkeys")}</h2>
      <p>{t("settings.passkeysText")}</p>
      {all.error && !all.data ? <Failure error={all.error} onRetry={() => void all.refetch()} /> : null}
      {all.isPending ? <Skeleton rows={1} /> : null}
      {all.data?.length === 0 ? <p className="soft">{t("settings.passkeyNone")}</p> : null}
      <ul className={styles.apps} aria-label={t("settings.passkeys")}>
        {all.data?.map((one) => (
          <Line key={one.id} passkey={one} onName={() => setNaming(one)} onRemove={() => setRemoving(one)} />
        ))}
      </ul>
      {passkeysHere() ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== "") add.mutate();
          }}
        >
          <TextField label={t("settings.passkeyName")} help={t("settings.passkeyNameHelp")} autoComplete="off" maxLength={80} value={name} onChange={setName} />
          {failed ? (
            <Banner tone="danger" live>
              {words(failed)}
            </Banner>
          ) : null}
          <Button type="submit" icon="key" label={t("settings.passkeyAdd")} busy={add.isPending} isDisabled={name.trim() === ""} />
        </form>
      ) : (
        <Banner tone="info">{t("passkey.unable")}</Banner>
      )}
      {needsStepUp(add.error) ? <StepUp onDone={() => add.mutate()} onClose={() => add.reset()} /> : null}
      {naming ? <Rename passkey={naming} onDone={again} onClose={() => setNaming(undefined)} /> : null}
      {removing ? <Remove passkey={removing} onDone={again} onClose={() => setRemoving(undefined)} /> : null}
    </section>
  );
}

function Line({ passkey, onName, onRemove }: { passkey: Passkey; onName: () => void; onRemove: () => void }) {
  const t = useT();
  const formats = useFormats();
  const { name, device_bound: bound, created_at: made, last_used_at: used } = passkey;
  return (
    <li>
      <span>
        <span>
          <strong>{name}</strong> {bound ? <Chip icon="lock">{t("settings.passkeyBound")}</Chip> : null}
        </span>
        <span className="small soft">
          {t("settings.passkeyMade", { when: formats.short(made) })},{" "}
          {used ? t("settings.appUsed", { when: formats.short(used) }) : t("settings.appUnused")}
        </span>
      </span>
      <span className={styles.acts}>
        <Button kind="quiet" small label={t("do.edit")} aria-label={t("settings.passkeyRenameName", { name })} onPress={onName} />
        <Button kind="quiet" small icon="trash" label={t("settings.passkeyRemove")} aria-label={t("settings.passkeyRemoveName", { name })} onPress={onRemove} />
      </span>
    </li>
  );
}

interface About {
  passkey: Passkey;
  onDone: () => void;
  onClose: () => void;
}

function Rename({ passkey, onDone, onClose }: About) {
  const t = useT();
  const [name, setName] = useState(passkey.name);
  const save = useMutation({
    mutationFn: () => api.patch(`/me/passkeys/${passkey.id}`, { name: name.trim() }),
    onSuccess: () => {
      onDone();
      onClose();
    },
  });
  return (
    <Dialog
      title={t("settings.passkeyRenameTitle")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button kind="primary" label={t("do.save")} busy={save.isPending} isDisabled={name.trim() === ""} onPress={() => save.mutate()} />
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") save.mutate();
        }}
      >
        <TextField label={t("settings.passkeyName")} autoComplete="off" maxLength={80} value={name} onChange={setName} />
      </form>
      {save.error ? <Failure error={save.error} /> : null}
    </Dialog>
  );
}

function Remove({ passkey, onDone, onClose }: About) {
  const t = useT();
  const { tell } = useVoice();
  const remove = useMutation({
    mutationFn: () => api.delete(`/me/passkeys/${passkey.id}`),
    onSuccess: () => {
      tell(t("settings.passkeyRemoved", { name: passkey.name }));
      onDone();
      onClose();
    },
  });
  if (needsStepUp(remove.error)) return <StepUp onDone={() => remove.mutate()} onClose={onClose} />;
  const last = isProblem(remove.error, "conflict") && remove.error.detail === "last_way_in";
  return (
    <Dialog
      title={t("settings.passkeyRemoveTitle", { name: passkey.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button kind="danger" label={t("settings.passkeyRemove")} busy={remove.isPending} isDisabled={last} onPress={() => remove.mutate()} />
        </>
      }
    >
      <p>{t("settings.passkeyRemoveText")}</p>
      {remove.error ? <Failure error={remove.error} /> : null}
    </Dialog>
  );
}
