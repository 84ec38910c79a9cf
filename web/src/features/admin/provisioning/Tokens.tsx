import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { NewServiceToken, ServiceToken } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/CopyButton";
import { Dialog } from "@/ui/Dialog";
import { Choice, TextField } from "@/ui/Field";
import { Chip, Failure, Skeleton } from "@/ui/pieces";
import { needsStepUp, StepUp } from "@/ui/StepUp";
import { Table } from "@/ui/Table";
import { useVoice } from "@/ui/toasts";
import { programsQuery, tokensQuery } from "./queries";
import styles from "../admin.module.css";

const DAYS = ["90", "180", "365"] as const;

/** What programs come in with: shown once, good for a year at most, withdrawn at will. */
export function Tokens() {
  const t = useT();
  const all = useQuery(tokensQuery);
  const [revoking, setRevoking] = useState<ServiceToken>();
  return (
    <section className="panel">
      <h2>{t("provisioning.tokens")}</h2>
      <p>{t("provisioning.tokensText")}</p>
      {all.error ? <Failure error={all.error} onRetry={() => void all.refetch()} /> : null}
      {all.isPending ? <Skeleton rows={2} /> : null}
      {all.data?.length === 0 ? <p className="soft">{t("provisioning.noTokens")}</p> : null}
      {all.data && all.data.length > 0 ? <List tokens={all.data} onRevoke={setRevoking} /> : null}
      <NewToken />
      {revoking ? <Revoke token={revoking} onClose={() => setRevoking(undefined)} /> : null}
    </section>
  );
}

function List({ tokens, onRevoke }: { tokens: readonly ServiceToken[]; onRevoke: (token: ServiceToken) => void }) {
  const t = useT();
  const formats = useFormats();
  const isGood = (one: ServiceToken) => !one.revoked_at && new Date(one.expires_at) > new Date();
  return (
    <Table
      label={t("provisioning.tokens")}
      rows={tokens}
      keyOf={(one) => one.id}
      columns={[
        {
          id: "label",
          head: t("provisioning.label"),
          names: true,
          cell: (one) => (
            <span className="two-lines">
              {one.label}
              <span className="small soft">{one.account_name}</span>
            </span>
          ),
        },
        {
          id: "made",
          head: t("provisioning.made"),
          cell: (one) => t("provisioning.madeBy", { when: formats.short(one.created_at), name: one.created_by_name }),
        },
        {
          id: "used",
          head: t("provisioning.used"),
          cell: (one) => (one.last_used_at ? formats.short(one.last_used_at) : t("people.never")),
        },
        {
          id: "state",
          head: t("people.state"),
          cell: (one) =>
            one.revoked_at ? (
              <Chip>{t("provisioning.revokedOn", { when: formats.short(one.revoked_at) })}</Chip>
            ) : isGood(one) ? (
              <Chip tone="ok">{t("provisioning.goodUntil", { when: formats.short(one.expires_at) })}</Chip>
            ) : (
              <Chip>{t("provisioning.expired", { when: formats.short(one.expires_at) })}</Chip>
            ),
        },
        {
          id: "revoke",
          head: t("admin.actions"),
          quiet: true,
          cell: (one) =>
            isGood(one) ? (
              <Button
                kind="quiet"
                small
                icon="trash"
                label={t("provisioning.revoke")}
                aria-label={t("provisioning.revokeName", { label: one.label })}
                onPress={() => onRevoke(one)}
              />
            ) : null,
        },
      ]}
    />
  );
}

function NewToken() {
  const t = useT();
  const client = useQueryClient();
  const programs = useQuery(programsQuery);
  const usable = programs.data?.filter((one) => one.active && one.provisions) ?? [];
  const [program, setProgram] = useState("");
  const [label, setLabel] = useState("");
  const [days, setDays] = useState<(typeof DAYS)[number]>("180");
  const chosen = usable.find((one) => one.id === program) ?? usable[0];
  const make = useMutation({
    mutationFn: () =>
      api.post<NewServiceToken>("/service-tokens", { account_id: chosen?.id, label: label.trim(), days: Number(days) }),
    onSuccess: () => {
      setLabel("");
      void client.invalidateQueries({ queryKey: ["provisioning", "tokens"] });
    },
  });
  if (programs.data && !chosen) return <p className="soft">{t("provisioning.programFirst")}</p>;
  if (!chosen) return null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (label.trim() !== "") make.mutate();
      }}
    >
      <h3>{t("provisioning.newToken")}</h3>
      <Choice
        label={t("provisioning.program")}
        value={chosen.id}
        onChange={setProgram}
        options={usable.map((one) => ({ value: one.id, label: one.name }))}
      />
      <TextField
        label={t("provisioning.label")}
        help={t("provisioning.labelHelp")}
        autoComplete="off"
        maxLength={80}
        value={label}
        onChange={setLabel}
      />
      <Choice
        label={t("provisioning.days")}
        value={days}
        onChange={setDays}
        options={DAYS.map((value) => ({ value, label: t("provisioning.daysCount", { count: Number(value) }) }))}
      />
      {make.error && !needsStepUp(make.error) ? <Failure error={make.error} /> : null}
      <Button type="submit" icon="key" label={t("provisioning.tokenMake")} busy={make.isPending} isDisabled={label.trim() === ""} />
      {needsStepUp(make.error) ? <StepUp onDone={() => make.mutate()} onClose={() => make.reset()} /> : null}
      {make.data ? <Made made={make.data} onClose={() => make.reset()} /> : null}
    </form>
  );
}

/** The new token, shown once, with the address that goes with it. */
function Made({ made, onClose }: { made: NewServiceToken; onClose: () => void }) {
  const t = useT();
  const formats = useFormats();
  return (
    <Dialog
      title={t("provisioning.newTitle", { label: made.token.label })}
      isOpen
      onClose={onClose}
      insist
      actions={<Button kind="primary" label={t("do.close")} onPress={onClose} />}
    >
      <p>{t("provisioning.newText")}</p>
      <p className={styles.link}>
        <span className="only-read">{t("provisioning.token")}: </span>
        <code>{made.secret}</code>
      </p>
      <p className="small soft">{t("provisioning.goodUntil", { when: formats.full(made.token.expires_at) })}</p>
      <CopyButton text={made.secret} />
    </Dialog>
  );
}

function Revoke({ token, onClose }: { token: ServiceToken; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const revoke = useMutation({
    mutationFn: () => api.delete(`/service-tokens/${token.id}`),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["provisioning", "tokens"] });
      tell(t("provisioning.revoked", { label: token.label }));
      onClose();
    },
  });
  return (
    <Dialog
      title={t("provisioning.revokeTitle", { label: token.label })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button kind="danger" label={t("provisioning.revoke")} busy={revoke.isPending} onPress={() => revoke.mutate()} />
        </>
      }
    >
      <p>{t("provisioning.revokeText", { program: token.account_name })}</p>
      {revoke.error ? <Failure error={revoke.error} /> : null}
    </Dialog>
  );
}
