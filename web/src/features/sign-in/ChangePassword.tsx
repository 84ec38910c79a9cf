import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { SessionAnswer } from "@/api/types";
import { acceptSession } from "@/app/session";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { NewPassword, usePasswordError } from "@/ui/NewPassword";
import { Banner, Failure } from "@/ui/pieces";

/** Between signing in and being in: another password, and nothing else. */
export function ChangePassword(props: { why: "asked" | "age"; onDone: (answer: SessionAnswer) => void; onOther: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>();
  const fault = usePasswordError(failed);
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    if (busy || password === "") return;
    setBusy(true);
    setFailed(undefined);
    try {
      props.onDone(await api.post<SessionAnswer>("/session/password", { password }));
    } catch (error) {
      setFailed(error);
      setBusy(false);
      // It may have taken too long: the server knows.
      const now = await api.get<SessionAnswer>("/session").catch(() => undefined);
      if (now?.state === "anonymous") acceptSession(client, now);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Banner tone="info">
        <p>{t(props.why === "asked" ? "signIn.changeAsked" : "signIn.changeAge")}</p>
        <p>{t("signIn.changeAdvice")}</p>
      </Banner>
      <NewPassword value={password} onChange={setPassword} advice={{ path: "/session/password/strength" }} error={fault} />
      {failed !== undefined && !fault ? <Failure error={failed} /> : null}
      <Button kind="primary" wide type="submit" label={t("signIn.changeSave")} busy={busy} isDisabled={password === ""} />
      <div className="door-else">
        <Button kind="quiet" small label={t("signIn.other")} onPress={props.onOther} />
      </div>
    </form>
  );
}
