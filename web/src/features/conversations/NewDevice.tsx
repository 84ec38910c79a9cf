import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Backup, LinkStatus } from "@/conversations/protocol";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { deviceName } from "@/ui/deviceName";
import { TextField } from "@/ui/Field";
import { Banner } from "@/ui/pieces";
import { codeOf } from "./faults";
import { Compare } from "./Compare";
import { Fault } from "./pieces";
import { DeviceName } from "./SetUp";
import { useConversationsClient, useLink } from "./state";
import styles from "./conversations.module.css";

/** The account has keys, this device has none: it gets them from another one, or by the recovery code. */
export function NewDevice({ backups, otherDevices }: { backups: readonly Backup[]; otherDevices: boolean }) {
  const t = useT();
  const { link, forget } = useLink();
  const [name, setName] = useState(() => deviceName(navigator.userAgent));
  const byCode = backups.some((one) => one.kind === "recovery");
  const given = name.trim() !== "";
  return (
    <div className="page">
      <header className={styles.lead}>
        <h1>{t("conversation.linkTitle")}</h1>
        <p>{t("conversation.linkText")}</p>
      </header>
      {link ? (
        <section className="panel">
          <h2>{t("conversation.linkByDevice")}</h2>
          <Linking link={link} name={name.trim()} onStop={forget} />
        </section>
      ) : (
        <>
          <section className="panel">
            <DeviceName name={name} onChange={setName} />
          </section>
          {otherDevices ? <ByDevice name={name.trim()} able={given} /> : null}
          {byCode ? <ByCode name={name.trim()} able={given} open={!otherDevices} /> : null}
          {!otherDevices && !byCode ? <Banner tone="warn">{t("conversation.linkNoWay")}</Banner> : null}
        </>
      )}
    </div>
  );
}

function useBegin(name: string) {
  const client = useConversationsClient();
  return useMutation({ mutationFn: () => client.command("link_begin", { device_name: name }) });
}

function ByDevice({ name, able }: { name: string; able: boolean }) {
  const t = useT();
  const begin = useBegin(name);
  return (
    <section className="panel">
      <h2>{t("conversation.linkByDevice")}</h2>
      <p>{t("conversation.linkByDeviceText")}</p>
      <Fault error={begin.error} />
      <Button kind="primary" icon="phone" label={t("conversation.linkBegin")} busy={begin.isPending} isDisabled={!able} onPress={() => begin.mutate()} />
    </section>
  );
}

/** Waiting for the other device, comparing, and what became of it. */
function Linking({ link, name, onStop }: { link: LinkStatus; name: string; onStop: () => void }) {
  const t = useT();
  const begin = useBegin(name);
  switch (link.state) {
    case "waiting":
    case "asked":
      return (
        <>
          <p role="status">{t("conversation.linkWaiting")}</p>
          <ol className={styles.steps}>
            <li>{t("conversation.linkStepOpen")}</li>
            <li>{t("conversation.linkStepCompare")}</li>
          </ol>
          <Button label={t("do.cancel")} onPress={onStop} />
        </>
      );
    case "compare":
      return <Compare numbers={link.numbers} other={t("conversation.linkOtherDevice")} />;
    case "done":
      return <p role="status">{t("conversation.linkDone")}</p>;
    case "failed":
      return (
        <>
          <Banner tone="danger" live>
            {t(`conversation.linkFailed.${link.why}`)}
          </Banner>
          <Fault error={begin.error} />
          <div className="row">
            <Button kind="primary" icon="refresh" label={t("do.retry")} busy={begin.isPending} onPress={() => begin.mutate()} />
            <Button label={t("conversation.linkOtherWay")} onPress={onStop} />
          </div>
        </>
      );
  }
}

function ByCode({ name, able, open }: { name: string; able: boolean; open: boolean }) {
  const t = useT();
  const client = useConversationsClient();
  const [code, setCode] = useState("");
  const recover = useMutation({ mutationFn: () => client.command("recover", { code: code.trim(), device_name: name }) });
  const wrong = recover.error !== null && codeOf(recover.error) === "wrong_code";
  return (
    <section className="panel">
      <h2>{t("conversation.linkByCode")}</h2>
      <p>{t("conversation.linkByCodeText")}</p>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (able && code.trim() !== "") recover.mutate();
        }}
      >
        <TextField
          label={t("conversation.code")}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={200}
          value={code}
          onChange={setCode}
          error={wrong ? t("conversation.fault.wrong_code") : undefined}
        />
        {wrong ? null : <Fault error={recover.error} />}
        <Button
          kind={open ? "primary" : "plain"}
          type="submit"
          icon="key"
          label={t(recover.isPending ? "conversation.recovering" : "conversation.recover")}
          busy={recover.isPending}
          isDisabled={!able || code.trim() === ""}
        />
      </form>
    </section>
  );
}
