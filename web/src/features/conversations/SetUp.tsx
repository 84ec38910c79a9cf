import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { deviceName } from "@/ui/deviceName";
import { TextField } from "@/ui/Field";
import { Fault } from "./pieces";
import { RecoveryCode } from "./RecoveryCode";
import { useSettingUp, useStore } from "./state";
import styles from "./conversations.module.css";

/** The first device of an account: what this is, the device's name, and the code with which to come back. */
export function SetUp() {
  const t = useT();
  const store = useStore();
  const code = useSettingUp()?.code ?? null;
  const [name, setName] = useState(() => deviceName(navigator.userAgent));
  const setUp = useMutation({
    mutationFn: () => {
      // The code is shown before all else, however soon the worker says that it is ready.
      store.setSettingUp({ code: null });
      return store.client.command("set_up", { device_name: name.trim() });
    },
    onSuccess: ({ recovery_code }) => store.setSettingUp({ code: recovery_code }),
    onError: () => store.setSettingUp(undefined),
  });
  if (code !== null) {
    return (
      <div className="page">
        <header>
          <h1>{t("conversation.codeTitle")}</h1>
        </header>
        <RecoveryCode code={code} onKept={() => store.setSettingUp(undefined)} />
      </div>
    );
  }
  return (
    <div className="page">
      <header className={styles.lead}>
        <h1>{t("conversation.setUpTitle")}</h1>
        <p>{t("conversation.setUpText")}</p>
      </header>
      <section className="panel">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== "") setUp.mutate();
          }}
        >
          <DeviceName name={name} onChange={setName} />
          <Fault error={setUp.error} />
          <Button
            kind="primary"
            type="submit"
            icon="key"
            label={t(setUp.isPending ? "conversation.settingUp" : "conversation.setUp")}
            busy={setUp.isPending}
            isDisabled={name.trim() === ""}
          />
        </form>
      </section>
    </div>
  );
}

export function DeviceName({ name, onChange }: { name: string; onChange: (name: string) => void }) {
  const t = useT();
  return (
    <TextField
      label={t("conversation.deviceName")}
      help={t("conversation.deviceNameHelp")}
      autoComplete="off"
      maxLength={100}
      value={name}
      onChange={onChange}
      required
    />
  );
}
