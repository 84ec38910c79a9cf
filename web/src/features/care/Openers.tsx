import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { Id, PatientOpener } from "@/api/types";
import { useT, type MessageKey } from "@/i18n";
import { Button } from "@/ui/Button";
import { Failure, Skeleton, TwoLines } from "@/ui/pieces";
import { Table } from "@/ui/Table";

/** Everybody for whom something about a patient opens now, and why. */
export function Openers({ patient }: { patient: Id }) {
  const t = useT();
  const [asked, setAsked] = useState(false);
  return (
    <section className="panel">
      <h2>{t("openers.title")}</h2>
      <p className="soft">{t("openers.lead")}</p>
      {asked ? (
        <List patient={patient} />
      ) : (
        // Asking is recorded: only when wanted.
        <Button icon="eye" label={t("openers.show")} onPress={() => setAsked(true)} />
      )}
    </section>
  );
}

function List({ patient }: { patient: Id }) {
  const t = useT();
  const found = useQuery({
    queryKey: ["openers", patient],
    queryFn: ({ signal }) => api.list<PatientOpener>(`/patients/${patient}/openers`, undefined, signal),
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  if (found.error) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton rows={3} />;
  if (found.data.length === 0) return <p>{t("openers.nobody")}</p>;
  return (
    <Table
      label={t("openers.title")}
      rows={found.data}
      keyOf={(one) => one.id}
      columns={[
        {
          id: "who",
          head: t("admin.name"),
          names: true,
          cell: (one) => <TwoLines under={one.function}>{one.name}</TwoLines>,
        },
        {
          id: "what",
          head: t("rights.why"),
          cell: (one) => (
            <ul>
              {one.opens.map((open) => (
                <li key={open.mailbox ?? ""}>
                  {open.mailbox ? t("openers.mailbox", { mailbox: open.mailbox }) : t("openers.page")}:{" "}
                  {t(`ground.${open.ground}` as MessageKey)}
                </li>
              ))}
            </ul>
          ),
        },
      ]}
    />
  );
}
