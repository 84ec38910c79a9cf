import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Backup, Device } from "@/conversations/protocol";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Banner, Chip, Skeleton } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { useTitle } from "@/ui/title";
import { useVoice } from "@/ui/toasts";
import { Begun, Inside } from "./Conversations";
import { Fault } from "./pieces";
import { RecoveryCode } from "./RecoveryCode";
import { useConversationsClient } from "./state";
import { iso } from "./words";

const KEY = ["conversations", "devices"];

/** The devices that have one's conversations, and the ways to get them on another. */
export function DevicesPage() {
  const t = useT();
  useTitle(t("conversation.devices"));
  return (
    <Begun>
      <Inside>
        <Devices />
      </Inside>
    </Begun>
  );
}

function Devices() {
  const t = useT();
  const client = useConversationsClient();
  const all = useQuery({ queryKey: KEY, queryFn: () => client.command("devices", {}), retry: false, staleTime: 0 });
  return (
    <div className="page split">
      <Link to="/settings" className="button quiet">
        <Icon name="back" />
        <span>{t("settings.title")}</span>
      </Link>
      <header>
        <h1>{t("conversation.devices")}</h1>
        <p className="soft">{t("conversation.devicesText")}</p>
      </header>
      <Fault error={all.error} />
      {all.isPending ? <Skeleton rows={3} /> : null}
      {all.data ? (
        <>
          <DeviceList devices={all.data.devices} onChanged={() => void all.refetch()} />
          <Recovery backups={all.data.backups} onChanged={() => void all.refetch()} />
          <section className="panel">
            <h2>{t("conversation.stored")}</h2>
            <p>{t("conversation.storedText")}</p>
            <p>{t("conversation.storedRemoved")}</p>
          </section>
        </>
      ) : null}
    </div>
  );
}

function DeviceList({ devices, onChanged }: { devices: readonly Device[]; onChanged: () => void }) {
  const t = useT();
  const formats = useFormats();
  const [renaming, setRenaming] = useState<Device>();
  const [removing, setRemoving] = useState<Device>();
  const rows = [...devices].sort((a, b) => Number(a.removed_at !== null) - Number(b.removed_at !== null) || Number(b.current) - Number(a.current) || b.seen_at - a.seen_at);
  return (
    <section className="panel">
      <h2>{t("conversation.deviceList")}</h2>
      <Table
        label={t("conversation.deviceList")}
        rows={rows}
        keyOf={(one) => one.id}
        columns={[
          {
            id: "name",
            head: t("conversation.deviceName"),
            names: true,
            cell: (one) => (
              <>
                {one.name || t("conversation.deviceNameless")} {one.current ? <Chip tone="ok">{t("conversation.deviceHere")}</Chip> : null}
                {one.removed_at !== null ? <Chip icon="stop">{t("conversation.deviceGone")}</Chip> : null}
              </>
            ),
          },
          { id: "added", head: t("conversation.deviceAdded"), cell: (one) => formats.short(iso(one.added_at)) },
          {
            id: "seen",
            head: t("conversation.deviceSeen"),
            cell: (one) => formats.short(iso(one.removed_at ?? one.seen_at)),
          },
          {
            id: "acts",
            head: t("admin.actions"),
            quiet: true,
            cell: (one) =>
              one.removed_at !== null ? null : (
                <span className="row">
                  <Button
                    kind="quiet"
                    small
                    icon="pen"
                    label={t("conversation.rename")}
                    aria-label={t("conversation.renameName", { name: one.name })}
                    onPress={() => setRenaming(one)}
                  />
                  <Button
                    kind="quiet"
                    small
                    icon="trash"
                    label={t("conversation.remove")}
                    aria-label={t("conversation.removeName", { name: one.name })}
                    onPress={() => setRemoving(one)}
                  />
                </span>
              ),
          },
        ]}
      />
      {renaming ? <Rename device={renaming} onChanged={onChanged} onClose={() => setRenaming(undefined)} /> : null}
      {removing ? <Remove device={removing} onChanged={onChanged} onClose={() => setRemoving(undefined)} /> : null}
    </section>
  );
}

interface ActProps {
  device: Device;
  onChanged: () => void;
  onClose: () => void;
}

function Rename({ device, onChanged, onClose }: ActProps) {
  const t = useT();
  const client = useConversationsClient();
  const { tell } = useVoice();
  const [name, setName] = useState(device.name);
  const rename = useMutation({
    mutationFn: () => client.command("rename_device", { device: device.id, name: name.trim() }),
    onSuccess: () => {
      onChanged();
      tell(t("conversation.renamed"));
      onClose();
    },
  });
  return (
    <Dialog
      title={t("conversation.renameTitle")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button kind="primary" label={t("do.save")} busy={rename.isPending} isDisabled={name.trim() === ""} onPress={() => rename.mutate()} />
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") rename.mutate();
        }}
      >
        <TextField label={t("conversation.deviceName")} autoComplete="off" maxLength={100} value={name} onChange={setName} />
      </form>
      <Fault error={rename.error} />
    </Dialog>
  );
}

function Remove({ device, onChanged, onClose }: ActProps) {
  const t = useT();
  const client = useConversationsClient();
  const { tell } = useVoice();
  const remove = useMutation({
    mutationFn: () => client.command("remove_device", { device: device.id }),
    onSuccess: () => {
      onChanged();
      tell(t("conversation.deviceRemoved", { name: device.name }));
      onClose();
    },
  });
  return (
    <Dialog
      title={t("conversation.deviceRemoveTitle", { name: device.name })}
      isOpen
      insist
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button kind="danger" label={t("conversation.remove")} busy={remove.isPending} onPress={() => remove.mutate()} />
        </>
      }
    >
      <p>{t(device.current ? "conversation.deviceRemoveHere" : "conversation.deviceRemoveText")}</p>
      <Fault error={remove.error} />
    </Dialog>
  );
}

function Recovery({ backups, onChanged }: { backups: readonly Backup[]; onChanged: () => void }) {
  const t = useT();
  const client = useConversationsClient();
  const { tell } = useVoice();
  const [asking, setAsking] = useState(false);
  const has = backups.some((one) => one.kind === "recovery");
  const renew = useMutation({
    mutationFn: () => client.command("renew_recovery", {}),
    onSuccess: () => {
      setAsking(false);
      onChanged();
    },
  });
  if (renew.data) {
    return (
      <RecoveryCode
        code={renew.data.recovery_code}
        onKept={() => {
          renew.reset();
          tell(t("conversation.codeKeptDone"));
        }}
      />
    );
  }
  return (
    <section className="panel">
      <h2>{t("conversation.code")}</h2>
      <p>{t("conversation.codeWhat")}</p>
      {has ? null : <Banner tone="warn">{t("conversation.codeNone")}</Banner>}
      <div className="row">
        <Button icon="key" label={t(has ? "conversation.codeRenew" : "conversation.codeMake")} onPress={() => (has ? setAsking(true) : renew.mutate())} />
      </div>
      {asking ? null : <Fault error={renew.error} />}
      <Dialog
        title={t("conversation.codeRenewTitle")}
        isOpen={asking}
        onClose={() => setAsking(false)}
        actions={
          <>
            <Button label={t("do.cancel")} onPress={() => setAsking(false)} />
            <Button kind="primary" label={t("conversation.codeRenew")} busy={renew.isPending} onPress={() => renew.mutate()} />
          </>
        }
      >
        <p>{t("conversation.codeRenewText")}</p>
        <Fault error={renew.error} />
      </Dialog>
    </section>
  );
}
