import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, isProblem } from "@/api/client";
import type { IdentityProvider, ProviderChecked, ProviderSettings } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Check, TextField } from "@/ui/Field";
import { Banner, Failure } from "@/ui/pieces";
import { PasswordField } from "@/ui/PasswordField";
import { needsStepUp, StepUp } from "@/ui/StepUp";
import { useVoice } from "@/ui/toasts";
import { givenRolesQuery } from "../provisioning/queries";
import styles from "../admin.module.css";
import { providersKey } from "./Providers";
import { FromOutside } from "./FromOutside";
import { fieldOf, offered, tidy, words } from "./settings";
import { RoleRules } from "./RoleRules";

const FRESH: ProviderSettings = {
  name: "",
  issuer: "",
  client_id: "",
  scopes: ["email", "profile"],
  active: true,
  second_factor: { always: false, amr: ["hwk", "mfa"], acr: [] },
  create: null,
  role_rules: [],
  keep_roles_in_step: false,
};

/** One provider, as it is to be. */
export function EditProvider({ provider, onClose }: { provider: IdentityProvider | undefined; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [draft, setDraft] = useState<ProviderSettings>(provider?.settings ?? FRESH);
  const [secret, setSecret] = useState("");
  const change = (part: Partial<ProviderSettings>) => setDraft({ ...draft, ...part });
  const save = useMutation({
    mutationFn: () =>
      provider
        ? api.put(`/identity-providers/${provider.id}`, { settings: tidy(draft), client_secret: secret || null }, { ifMatch: provider.version })
        : api.post("/identity-providers", { settings: tidy(draft), client_secret: secret }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: providersKey });
      tell(t("admin.saved"));
      onClose();
    },
  });
  const wrong = (field: string) => {
    const code = fieldOf(save.error, field);
    return code && t(`providers.wrong.${code}`);
  };
  return (
    <form
      className={styles.sections}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
      noValidate
    >
      <header>
        <h1>{provider ? t("providers.editName", { name: provider.settings.name }) : t("providers.new")}</h1>
      </header>
      <section className="panel">
        <h2>{t("providers.who")}</h2>
        <TextField label={t("providers.name")} help={t("providers.nameHelp")} maxLength={60} autoComplete="off" value={draft.name} onChange={(name) => change({ name })} error={wrong("settings.name")} required />
        <Issuer issuer={draft.issuer} fixed={provider !== undefined} error={wrong("settings.issuer")} onChange={(issuer) => change({ issuer })} />
        <TextField label={t("providers.client")} autoComplete="off" maxLength={200} value={draft.client_id} onChange={(client_id) => change({ client_id })} error={wrong("settings.client_id")} required />
        <PasswordField label={t("providers.secret")} help={provider ? t("providers.secretKept") : undefined} autoComplete="off" value={secret} onChange={setSecret} error={wrong("client_secret")} />
        <TextField label={t("providers.scopes")} help={t("providers.scopesHelp")} autoComplete="off" value={draft.scopes.join(" ")} onChange={(text) => change({ scopes: text.split(" ") })} error={wrong("settings.scopes")} />
        <Check label={t("providers.isActive")} help={t("providers.isActiveHelp")} checked={draft.active} onChange={(active) => change({ active })} />
      </section>
      <SecondFactor of={draft.second_factor} onChange={(second_factor) => change({ second_factor })} />
      <Accounts draft={draft} onChange={change} error={wrong("settings.create.domains")} />
      <RoleRules draft={draft} onChange={change} error={wrong("settings.role_rules")} />
      {save.error && !needsStepUp(save.error) && !isProblem(save.error, "validation") ? <Failure error={save.error} /> : null}
      {isProblem(save.error, "validation") ? (
        <Banner tone="danger" live>
          {t("problem.validation")}
        </Banner>
      ) : null}
      <div className="row">
        <Button kind="primary" type="submit" label={t("do.save")} busy={save.isPending} />
        <Button kind="quiet" label={t("do.cancel")} onPress={onClose} />
      </div>
      {needsStepUp(save.error) ? <StepUp onDone={() => save.mutate()} onClose={() => save.reset()} /> : null}
    </form>
  );
}

function Issuer(props: { issuer: string; fixed: boolean; error: string | undefined; onChange: (issuer: string) => void }) {
  const t = useT();
  const look = useMutation({ mutationFn: () => api.post<ProviderChecked>("/identity-providers/check", { issuer: props.issuer.trim() }) });
  const { data } = look;
  const told = data?.fault?.startsWith("provider_") ? t(`providers.fault.${data.fault as "provider_unreadable"}`) : data?.fault;
  return (
    <>
      <TextField
        label={t("providers.issuer")}
        help={t(props.fixed ? "providers.issuerFixed" : "providers.issuerHelp")}
        type="url"
        autoComplete="off"
        spellCheck={false}
        value={props.issuer}
        readOnly={props.fixed}
        onChange={(issuer) => {
          look.reset();
          props.onChange(issuer);
        }}
        error={props.error ?? (isProblem(look.error, "validation") ? t("providers.wrong.address") : undefined)}
        required
      />
      <div className="row">
        <Button small icon="refresh" label={t("providers.check")} busy={look.isPending} isDisabled={props.issuer.trim() === ""} onPress={() => look.mutate()} />
      </div>
      {look.error && !isProblem(look.error, "validation") ? <Failure error={look.error} /> : null}
      {data ? (
        <Banner tone={data.fault ? "danger" : "ok"} live>
          {data.fault
            ? t("providers.checkedBad", { why: told ?? "" })
            : t(data.tells_sign_out ? "providers.checkedGood" : "providers.checkedNoSignOut", { n: data.keys })}
        </Banner>
      ) : null}
    </>
  );
}

type Word = ProviderSettings["second_factor"];

function SecondFactor({ of, onChange }: { of: Word; onChange: (word: Word) => void }) {
  const t = useT();
  return (
    <section className="panel">
      <h2>{t("providers.second")}</h2>
      <p className="small soft">{t("providers.secondHelp")}</p>
      <div className={styles.inline}>
        <TextField label={t("providers.amr")} help={t("providers.wordsHelp")} autoComplete="off" value={of.amr.join(" ")} onChange={(text) => onChange({ ...of, amr: text.split(" ") })} />
        <TextField label={t("providers.acr")} help={t("providers.wordsHelp")} autoComplete="off" value={of.acr.join(" ")} onChange={(text) => onChange({ ...of, acr: text.split(" ") })} />
      </div>
      <Check label={t("providers.always")} checked={of.always} onChange={(always) => onChange({ ...of, always })} />
      {of.always ? (
        <Banner tone="warn" live>
          {t("providers.alwaysWarning")}
        </Banner>
      ) : null}
    </section>
  );
}

interface Part {
  draft: ProviderSettings;
  onChange: (part: Partial<ProviderSettings>) => void;
  error: string | undefined;
}

function Accounts({ draft, onChange, error }: Part) {
  const t = useT();
  const roles = useQuery(givenRolesQuery).data ?? [];
  const { create } = draft;
  const set = (part: Partial<NonNullable<typeof create>>) => onChange({ create: { domains: [], role_ids: [], mailbox: true, ...create, ...part } });
  return (
    <section className="panel">
      <h2>{t("providers.accounts")}</h2>
      <p className="small soft">{t("providers.accountsHelp")}</p>
      <Check label={t("providers.create")} checked={create !== null} onChange={(on) => (on ? set({}) : onChange({ create: null }))} />
      {create ? (
        <>
          <TextField label={t("providers.domains")} help={t("providers.domainsHelp")} autoComplete="off" value={create.domains.join(" ")} onChange={(text) => set({ domains: words(text) })} error={error} />
          <Check label={t("providers.mailbox")} checked={create.mailbox} onChange={(mailbox) => set({ mailbox })} />
          <fieldset className={styles.plain}>
            <legend className="field-label">{t("providers.rolesForAll")}</legend>
            <FromOutside />
            {offered(roles, create.role_ids, t).map(({ id, name }) => (
              <Check
                key={id}
                label={name}
                checked={create.role_ids.includes(id)}
                onChange={(on) => set({ role_ids: on ? [...create.role_ids, id] : create.role_ids.filter((one) => one !== id) })}
              />
            ))}
          </fieldset>
        </>
      ) : null}
    </section>
  );
}
