import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, isProblem } from "@/api/client";
import { askPasskey, makePasskey, passkeyOptions, passkeysHere } from "@/api/passkey";
import type { NewPasskeyOptions, SessionAnswer } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Banner } from "@/ui/pieces";
import { usePasskeyText } from "@/ui/passkeyWords";

interface Waiting {
  grace_ends_at: string | null;
}

/** Adding the security key that one's role demands, and coming in by it at once: so that it is known to work. */
export function EnrolKey(props: { waiting: Waiting; onDone: (answer: SessionAnswer) => void; onOther: () => void }) {
  const t = useT();
  const words = usePasskeyText();
  const formats = useFormats();
  const [name, setName] = useState(() => t("enrol.keyName"));
  const [added, setAdded] = useState(false);
  const enter = async () => {
    const credential = await askPasskey(await passkeyOptions());
    props.onDone(await api.post<SessionAnswer>("/session/passkey", { credential }));
  };
  const add = useMutation({
    mutationFn: async () => {
      if (!added) {
        const options = await api.post<NewPasskeyOptions>("/session/security-key/options");
        const credential = await makePasskey(options.public_key);
        await api.post("/session/security-key", { name: name.trim(), credential });
        setAdded(true);
      }
      await enter();
    },
  });
  const synced = isProblem(add.error, "validation") && add.error.errors?.some(({ code }) => code === "synced");
  const over = !added && isProblem(add.error, "unauthenticated");
  const failed = synced ? t("enrol.synced") : over ? t("enrol.over") : add.error ? words(add.error) : undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "" && !add.isPending) add.mutate();
      }}
      noValidate
    >
      <p>{t("enrol.lead")}</p>
      {props.waiting.grace_ends_at ? <p className="small soft">{t("enrol.until", { when: formats.full(props.waiting.grace_ends_at) })}</p> : null}
      {passkeysHere() ? null : <Banner tone="warn">{t("passkey.unable")}</Banner>}
      {added ? (
        <Banner tone="ok" live>
          {t("enrol.added")}
        </Banner>
      ) : (
        <TextField label={t("enrol.name")} autoComplete="off" maxLength={80} value={name} onChange={setName} required />
      )}
      {failed ? (
        <Banner tone="danger" live>
          {failed}
        </Banner>
      ) : null}
      <Button
        kind="primary"
        wide
        type="submit"
        icon="key"
        label={t(add.isPending ? "enrol.waiting" : added ? "enrol.enter" : "enrol.add")}
        busy={add.isPending}
        isDisabled={name.trim() === ""}
      />
      <div className="door-else">
        <Button kind="quiet" small label={t("signIn.other")} onPress={props.onOther} />
      </div>
    </form>
  );
}
