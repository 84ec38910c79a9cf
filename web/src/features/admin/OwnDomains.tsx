import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { DomainLine } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { Failure, Skeleton } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import styles from "./admin.module.css";

export function OwnDomains() {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [domain, setDomain] = useState("");
  const [removing, setRemoving] = useState<string>();
  const domains = useQuery({
    queryKey: ["domains"],
    queryFn: async ({ signal }) =>
      (await api.list<DomainLine | string>("/domains", undefined, signal)).map((one) => (typeof one === "string" ? one : one.domain)),
  });
  const changed = (said: string) => {
    void client.invalidateQueries({ queryKey: ["domains"] });
    tell(said);
  };
  const add = useMutation({
    mutationFn: () => api.post("/domains", { domain: domain.trim() }),
    onSuccess: () => {
      setDomain("");
      changed(t("admin.saved"));
    },
  });
  const remove = useMutation({
    mutationFn: (name: string) => api.delete(`/domains/${encodeURIComponent(name)}`),
    onSuccess: () => {
      setRemoving(undefined);
      changed(t("partners.removed"));
    },
  });
  return (
    <section className="panel">
      <div>
        <h2>{t("partners.domains")}</h2>
        <p className="soft">{t("partners.domainsLead")}</p>
      </div>
      {domains.error && !domains.data ? <Failure error={domains.error} onRetry={() => void domains.refetch()} /> : null}
      {domains.isPending ? <Skeleton rows={1} /> : null}
      <ul className={styles.domains}>
        {domains.data?.map((name) => (
          <li key={name}>
            {name}
            <Button
              kind="quiet"
              small
              bare
              icon="close"
              label={t("partners.removeDomain", { domain: name })}
              onPress={() => setRemoving(name)}
            />
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (domain.includes(".")) add.mutate();
        }}
      >
        <div className={styles.inline}>
          <TextField
            label={t("partners.domain")}
            help={t("partners.domainHelp")}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={domain}
            onChange={setDomain}
          />
          <Button type="submit" icon="plus" label={t("partners.addDomain")} busy={add.isPending} isDisabled={!domain.includes(".")} />
        </div>
      </form>
      {add.error ? <Failure error={add.error} /> : null}
      {removing ? (
        <Dialog
          title={t("partners.removeDomain", { domain: removing })}
          isOpen
          onClose={() => setRemoving(undefined)}
          actions={
            <>
              <Button label={t("do.cancel")} onPress={() => setRemoving(undefined)} />
              <Button
                kind="danger"
                label={t("partners.removeDomain", { domain: removing })}
                busy={remove.isPending}
                onPress={() => remove.mutate(removing)}
              />
            </>
          }
        >
          <p>{t("partners.removeDomainText", { domain: removing })}</p>
          {remove.error ? <Failure error={remove.error} /> : null}
        </Dialog>
      ) : null}
    </section>
  );
}
