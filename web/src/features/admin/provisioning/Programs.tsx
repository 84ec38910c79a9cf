import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, newKey } from "@/api/client";
import type { ServiceAccount } from "@/api/types";
import { useMay } from "@/app/session";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Chip, Failure, Skeleton } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { useVoice } from "@/ui/toasts";
import { programsQuery } from "./queries";

/** The accounts as which other systems act. An administrator makes them; the security officer makes their tokens. */
export function Programs() {
  const t = useT();
  const may = useMay();
  const all = useQuery(programsQuery);
  return (
    <section className="panel">
      <h2>{t("provisioning.programs")}</h2>
      <p>{t("provisioning.programsText")}</p>
      {all.error ? <Failure error={all.error} onRetry={() => void all.refetch()} /> : null}
      {all.isPending ? <Skeleton rows={1} /> : null}
      {all.data?.length === 0 ? <p className="soft">{t("provisioning.noPrograms")}</p> : null}
      {all.data && all.data.length > 0 ? (
        <Table
          label={t("provisioning.programs")}
          rows={all.data}
          keyOf={(one) => one.id}
          columns={[
            { id: "name", head: t("admin.name"), names: true, cell: (one) => one.name },
            { id: "state", head: t("people.state"), cell: (one) => <State program={one} /> },
          ]}
        />
      ) : null}
      {may("person.manage") ? <NewProgram /> : <p className="soft">{t("provisioning.askAdministrator")}</p>}
    </section>
  );
}

function State({ program }: { program: ServiceAccount }) {
  const t = useT();
  if (!program.active) return <Chip>{t("people.state.disabled")}</Chip>;
  if (!program.provisions) return <Chip tone="warn">{t("provisioning.noRights")}</Chip>;
  return <Chip tone="ok">{t("people.state.active")}</Chip>;
}

function NewProgram() {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [name, setName] = useState("");
  const make = useMutation({
    mutationFn: () => api.post<ServiceAccount>("/service-accounts", { name: name.trim() }, { idempotencyKey: newKey() }),
    onSuccess: () => {
      setName("");
      tell(t("provisioning.programMade"));
      void client.invalidateQueries({ queryKey: ["provisioning"] });
      void client.invalidateQueries({ queryKey: ["people"] });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== "") make.mutate();
      }}
    >
      <TextField
        label={t("provisioning.programName")}
        help={t("provisioning.programNameHelp")}
        autoComplete="off"
        maxLength={80}
        value={name}
        onChange={setName}
      />
      {make.error ? <Failure error={make.error} /> : null}
      <Button type="submit" icon="plus" label={t("provisioning.programMake")} busy={make.isPending} isDisabled={name.trim() === ""} />
    </form>
  );
}
