import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, isProblem } from "@/api/client";
import type { Verification } from "@/api/types";
import { useSession } from "@/app/session";
import { useFormats, useT, type MessageKey } from "@/i18n";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Failure, Skeleton } from "@/ui/pieces";
import { needsStepUp, StepUp } from "@/ui/StepUp";
import { useVoice } from "@/ui/toasts";

const verificationQuery = queryOptions({
  queryKey: ["verification"],
  queryFn: ({ signal }) => api.get<Verification>("/me/verification", undefined, signal),
});

/** What the server said about a code, in the reader's words. */
function useCodeError(error: unknown): string | undefined {
  const t = useT();
  const one = isProblem(error, "validation") ? error.errors.find((found) => found.field === "code") : undefined;
  return one ? t(`verify.${one.code}` as MessageKey) : undefined;
}

/** The e-mail address and the mobile number of whoever is signed in, and whether they are theirs. */
export function Contact() {
  const t = useT();
  const formats = useFormats();
  const { tell } = useVoice();
  const { person } = useSession();
  const all = useQuery(verificationQuery);
  const link = useMutation({
    mutationFn: () => api.post("/me/verification/email"),
    onSuccess: () => tell(t("settings.emailSent")),
  });
  const it = all.data;
  return (
    <section className="panel">
      <h2>{t("settings.contact")}</h2>
      <p>{t("settings.contactText")}</p>
      {all.error && !it ? <Failure error={all.error} onRetry={() => void all.refetch()} /> : null}
      {all.isPending ? <Skeleton rows={2} /> : null}
      {it ? (
        <>
          <p>
            <strong>{person.login}</strong>{" "}
            <span className="soft">
              {it.email === "inside"
                ? t("settings.emailInside")
                : it.email_at
                  ? t("settings.emailConfirmed", { when: formats.short(it.email_at) })
                  : t("settings.emailOpen")}
            </span>
          </p>
          {it.email === "open" ? (
            <div className="row">
              <Button icon="sent" label={t("settings.emailAsk")} busy={link.isPending} onPress={() => link.mutate()} />
            </div>
          ) : null}
          {link.error ? <Failure error={link.error} /> : null}
          <Phone of={it} />
        </>
      ) : null}
    </section>
  );
}

function Phone({ of }: { of: Verification }) {
  const t = useT();
  const formats = useFormats();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [phone, setPhone] = useState("");
  const [code, setCode] = useState("");
  const again = () => void client.invalidateQueries({ queryKey: verificationQuery.queryKey });
  const ask = useMutation({ mutationFn: () => api.post("/me/verification/phone", { phone: phone.replace(/[\s().-]/g, "") }) });
  const confirm = useMutation({
    mutationFn: () => api.post("/me/verification/phone/confirm", { code }),
    onSuccess: () => {
      tell(t("settings.phoneDone"));
      ask.reset();
      setPhone("");
      setCode("");
      again();
    },
  });
  const forget = useMutation({
    mutationFn: () => api.delete("/me/verification/phone"),
    onSuccess: () => {
      tell(t("settings.phoneForgotten"));
      again();
    },
  });
  const wrong = useCodeError(confirm.error);
  const noNumber = isProblem(ask.error, "validation");
  return (
    <>
      <p className="soft">
        {of.phone && of.phone_at
          ? t("settings.phoneConfirmed", { phone: of.phone, when: formats.short(of.phone_at) })
          : t("settings.phoneNone")}
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (phone.trim() !== "") ask.mutate();
        }}
        noValidate
      >
        <TextField
          label={t("settings.phone")}
          help={t("settings.phoneHelp")}
          type="tel"
          autoComplete="tel"
          value={phone}
          onChange={setPhone}
          error={noNumber ? t("settings.phoneWrong") : undefined}
        />
        {needsStepUp(ask.error) ? (
          <StepUp onDone={() => ask.mutate()} onClose={() => ask.reset()} />
        ) : ask.error && !noNumber ? (
          <Failure error={ask.error} />
        ) : null}
        <div className="row">
          <Button type="submit" icon="phone" label={t("settings.phoneAsk")} busy={ask.isPending} isDisabled={phone.trim() === ""} />
          {of.phone ? (
            <Button kind="quiet" label={t("settings.phoneForget")} busy={forget.isPending} onPress={() => forget.mutate()} />
          ) : null}
        </div>
      </form>
      {ask.isSuccess ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (code.trim() !== "") confirm.mutate();
          }}
          noValidate
        >
          <TextField
            label={t("settings.phoneCode")}
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            onChange={setCode}
            error={wrong}
          />
          {confirm.error && !wrong ? <Failure error={confirm.error} /> : null}
          <div className="row">
            <Button kind="primary" type="submit" label={t("settings.phoneConfirm")} busy={confirm.isPending} isDisabled={code.trim() === ""} />
          </div>
        </form>
      ) : null}
      {forget.error ? <Failure error={forget.error} /> : null}
    </>
  );
}
