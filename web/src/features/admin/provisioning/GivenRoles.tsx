import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { ProvisionedRole } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Check } from "@/ui/Field";
import { Failure, Skeleton } from "@/ui/pieces";
import { needsStepUp, StepUp } from "@/ui/StepUp";
import { useVoice } from "@/ui/toasts";
import { givenRolesQuery } from "./queries";
import styles from "../admin.module.css";

/** The roles that programs may give: only those that open nobody else's rights can be marked. */
export function GivenRoles() {
  const t = useT();
  const all = useQuery(givenRolesQuery);
  return (
    <section className="panel">
      <h2>{t("provisioning.roles")}</h2>
      <p>{t("provisioning.rolesText")}</p>
      {all.error ? <Failure error={all.error} onRetry={() => void all.refetch()} /> : null}
      {all.isPending ? <Skeleton rows={2} /> : null}
      {all.data ? <Choose key={all.dataUpdatedAt} roles={all.data} /> : null}
    </section>
  );
}

function Choose({ roles }: { roles: readonly ProvisionedRole[] }) {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const before = roles.filter((one) => one.given).map((one) => one.id);
  const [given, setGiven] = useState<readonly string[]>(before);
  const save = useMutation({
    mutationFn: () => api.put("/provisioned-roles", { role_ids: given }),
    onSuccess: () => {
      tell(t("admin.saved"));
      void client.invalidateQueries({ queryKey: ["provisioning", "roles"] });
    },
  });
  const same = [...given].sort().join() === [...before].sort().join();
  return (
    <>
      <fieldset className={styles.checks}>
        <legend className="only-read">{t("provisioning.roles")}</legend>
        {roles.map((role) => (
          <Check
            key={role.id}
            label={role.name}
            checked={given.includes(role.id)}
            onChange={(on) => setGiven(on ? [...given, role.id] : given.filter((one) => one !== role.id))}
          />
        ))}
      </fieldset>
      {save.error && !needsStepUp(save.error) ? <Failure error={save.error} /> : null}
      <div className="row">
        <Button label={t("provisioning.rolesSave")} busy={save.isPending} isDisabled={same} onPress={() => save.mutate()} />
      </div>
      {needsStepUp(save.error) ? <StepUp onDone={() => save.mutate()} onClose={() => save.reset()} /> : null}
    </>
  );
}
