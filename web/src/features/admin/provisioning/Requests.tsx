import { useQuery } from "@tanstack/react-query";
import type { ScimRequest } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Chip, Failure, Skeleton } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { requestsQuery } from "./queries";

/** What programs asked last, to see whether the other system gets through and why not. */
export function Requests() {
  const t = useT();
  const formats = useFormats();
  const all = useQuery(requestsQuery);
  return (
    <section className="panel">
      <h2>{t("provisioning.requests")}</h2>
      {all.error ? <Failure error={all.error} onRetry={() => void all.refetch()} /> : null}
      {all.isPending ? <Skeleton rows={2} /> : null}
      {all.data?.length === 0 ? <p className="soft">{t("provisioning.noRequests")}</p> : null}
      {all.data && all.data.length > 0 ? (
        <Table
          label={t("provisioning.requests")}
          rows={all.data}
          keyOf={(one) => `${one.at} ${one.request}`}
          columns={[
            { id: "at", head: t("import.when"), names: true, cell: (one) => formats.full(one.at) },
            { id: "by", head: t("provisioning.program"), cell: (one) => one.account_name },
            { id: "what", head: t("provisioning.request"), cell: (one) => <code>{one.request}</code> },
            { id: "how", head: t("provisioning.answer"), cell: (one) => <Answer request={one} /> },
          ]}
        />
      ) : null}
    </section>
  );
}

function Answer({ request }: { request: ScimRequest }) {
  const t = useT();
  if (request.outcome === "success") {
    return (
      <Chip tone="ok" icon="check">
        {t("provisioning.done", { status: request.status })}
      </Chip>
    );
  }
  return (
    <Chip tone="warn" icon="warn">
      {t("provisioning.refused", { status: request.status })}
    </Chip>
  );
}
