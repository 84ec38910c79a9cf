import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, isProblem } from "@/api/client";
import type { Language } from "@/api/types";
import { useMay, useSession } from "@/app/session";
import { keepShortcuts, shortcutsOn } from "@/app/shortcuts";
import { useChosenLanguage, useFormats, useSwitchLanguage, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Check, Segments } from "@/ui/Field";
import { NewPassword, usePasswordError } from "@/ui/NewPassword";
import { PasswordField } from "@/ui/PasswordField";
import { Banner, Failure } from "@/ui/pieces";
import { RecoveryCodes } from "@/ui/RecoveryCodes";
import { needsStepUp, StepUp } from "@/ui/StepUp";
import { keepTheme, storedTheme, type Theme } from "@/ui/theme";
import { useTitle } from "@/ui/title";
import { useVoice } from "@/ui/toasts";
import { Cover } from "../delegation/Mandates";
import { AppPasswords } from "./AppPasswords";
import { Authenticator } from "./Authenticator";
import { Contact } from "./Contact";
import { Devices } from "./Devices";
import { Links } from "./Links";
import { OwnSessions } from "./OwnSessions";
import { Passkeys } from "./Passkeys";

export function Settings() {
  const t = useT();
  const may = useMay();
  const { person, has_password: hasPassword, acting_for: acting } = useSession();
  useTitle(t("settings.title"));
  return (
    <div className="page split">
      <header>
        <h1>{t("settings.title")}</h1>
        <p className="soft">
          {person.name} · {person.login}
        </p>
      </header>
      <Display />
      <Passkeys />
      <Links />
      {hasPassword ? (
        <>
          <Password />
          <Authenticator />
          <Recovery />
        </>
      ) : null}
      <section className="panel">
        <h2>{t("settings.sessions")}</h2>
        <OwnSessions />
      </section>
      <Devices />
      {acting ? null : <ConversationDevices />}
      <Contact />
      {may("mail.read") ? <Cover /> : null}
      {may("mail.submit") ? <AppPasswords /> : null}
    </div>
  );
}

/** The way to the devices that read conversations: other ones than those on which one has signed in. */
function ConversationDevices() {
  const t = useT();
  return (
    <section className="panel">
      <h2>{t("conversation.title")}</h2>
      <p>{t("conversation.devicesLead")}</p>
      <div className="row">
        <Link to="/settings/conversations" className="button plain">
          {t("conversation.devicesOpen")}
        </Link>
      </div>
    </section>
  );
}

function Display() {
  const t = useT();
  const language = useChosenLanguage();
  const choose = useSwitchLanguage();
  const [theme, setTheme] = useState<Theme>(storedTheme);
  const [keys, setKeys] = useState(shortcutsOn);
  const save = useMutation({ mutationFn: (chosen: Language) => api.put("/me/language", { language: chosen }) });
  return (
    <section className="panel">
      <h2>{t("settings.display")}</h2>
      <Segments
        label={t("language.label")}
        showLabel
        value={language}
        onChange={(chosen) => {
          choose(chosen);
          save.mutate(chosen);
        }}
        options={[
          { value: "en", label: "English" },
          { value: "nl", label: "Nederlands" },
        ]}
      />
      {save.error ? <Failure error={save.error} /> : null}
      <Segments
        label={t("theme.label")}
        showLabel
        value={theme}
        onChange={(chosen) => {
          setTheme(chosen);
          keepTheme(chosen);
        }}
        options={(["system", "light", "dark"] as const).map((value) => ({ value, label: t(`theme.${value}`) }))}
      />
      <Check
        label={t("settings.keysLabel")}
        help={t("settings.keysHelp")}
        checked={keys}
        onChange={(on) => {
          setKeys(on);
          keepShortcuts(on);
        }}
      />
    </section>
  );
}

function Password() {
  const t = useT();
  const { tell } = useVoice();
  const formats = useFormats();
  const { person, password_ends_at: ends } = useSession();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useMutation({
    mutationFn: () => api.post("/me/password", { current, new: next }),
    onSuccess: () => {
      setCurrent("");
      setNext("");
      tell(t("settings.passwordSaved"));
    },
  });
  const newFault = usePasswordError(change.error);
  const wrong =
    isProblem(change.error) &&
    !newFault &&
    change.error.errors.some((one) => one.field === "current");
  return (
    <section className="panel">
      <h2>{t("settings.password")}</h2>
      {ends ? <Banner tone="info">{t("settings.passwordEnds", { when: formats.short(ends) })}</Banner> : null}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (current !== "" && next !== "") change.mutate();
        }}
        noValidate
      >
        <input type="hidden" name="username" autoComplete="username" value={person.login} readOnly />
        <PasswordField
          label={t("settings.passwordOld")}
          autoComplete="current-password"
          value={current}
          onChange={setCurrent}
          error={wrong ? t("settings.passwordWrong") : undefined}
        />
        <NewPassword value={next} onChange={setNext} advice={{ path: "/me/password/strength" }} error={newFault} />
        {change.error && !newFault && !wrong ? <Failure error={change.error} /> : null}
        <Button type="submit" label={t("settings.passwordSave")} busy={change.isPending} isDisabled={current === "" || next === ""} />
      </form>
    </section>
  );
}

function Recovery() {
  const t = useT();
  const { person } = useSession();
  const make = useMutation({ mutationFn: () => api.post<{ codes: string[] }>("/me/recovery-codes") });
  return (
    <section className="panel">
      <h2>{t("settings.recovery")}</h2>
      <p>{t("settings.recoveryText")}</p>
      {make.data ? <RecoveryCodes codes={make.data.codes} login={person.login} /> : null}
      {needsStepUp(make.error) ? (
        <StepUp onDone={() => make.mutate()} onClose={() => make.reset()} />
      ) : make.error ? (
        <Failure error={make.error} />
      ) : null}
      {make.data ? null : (
        <div className="row">
          <Button icon="key" label={t("settings.recoveryNew")} busy={make.isPending} onPress={() => make.mutate()} />
        </div>
      )}
    </section>
  );
}
