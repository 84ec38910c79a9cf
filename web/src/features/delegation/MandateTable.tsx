import { useMutation } from "@tanstack/react-query";
import type { Mandate } from "@/api/types";
import { api } from "@/api/client";
import { useSession } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Chip, Failure } from "@/ui/pieces";
import { Table, type Column } from "@/ui/Table";
import { useVoice } from "@/ui/toasts";
import { useMandatesChanged } from "./queries";

/** Mandates, with what they open, for how long, and the way to end them. */
export function MandateTable({ rows, label }: { rows: readonly Mandate[]; label: string }) {
  const t = useT();
  const changed = useMandatesChanged();
  const { tell } = useVoice();
  const me = useSession().person.id;
  const end = useMutation({
    mutationFn: (id: string) => api.delete(`/mandates/${id}`),
    onSuccess: () => tell(t("mandate.ended")),
    onSettled: changed,
  });
  const who: Column<Mandate> = {
    id: "who",
    head: t("mandate.who"),
    names: true,
    cell: (one) => (
      <span className="two-lines">
        {t("mandate.between", {
          kind: one.kind,
          holder: one.holder_name,
          grantor: one.grantor_name,
          me: one.holder_id === me ? "holder" : one.grantor_id === me ? "grantor" : "none",
        })}
        {one.note ? <span className="small soft">{one.note}</span> : null}
      </span>
    ),
  };
  return (
    <>
      {end.error ? <Failure error={end.error} /> : null}
      <Table
        label={label}
        rows={rows}
        keyOf={(one) => one.id}
        columns={[
          who,
          { id: "what", head: t("mandate.opens"), cell: (one) => <Rights mandate={one} /> },
          { id: "when", head: t("mandate.time"), cell: (one) => <Times mandate={one} /> },
          {
            id: "acts",
            head: t("admin.actions"),
            quiet: true,
            cell: (one) =>
              one.standing === "ended" ? null : (
                <Button
                  kind="quiet"
                  small
                  label={t("mandate.end")}
                  aria-label={t("mandate.endOf", { holder: one.holder_name, grantor: one.grantor_name })}
                  busy={end.isPending && end.variables === one.id}
                  onPress={() => end.mutate(one.id)}
                />
              ),
          },
        ]}
      />
    </>
  );
}

function Rights({ mandate }: { mandate: Mandate }) {
  const t = useT();
  return (
    <span className="two-lines">
      {t(mandate.may_send ? "mandate.readWrite" : "mandate.read")}
      {mandate.with_patients ? <span className="small soft">{t(`mandate.patients.${mandate.kind}`)}</span> : null}
    </span>
  );
}

const TONES = { planned: "plain", holds: "ok", suspended: "warn", ended: "plain" } as const;

function Times({ mandate }: { mandate: Mandate }) {
  const t = useT();
  const formats = useFormats();
  const until = mandate.ended_at ?? mandate.ends_at;
  return (
    <span className="two-lines">
      <span>
        <Chip tone={TONES[mandate.standing]}>{t(`mandate.${mandate.standing}`)}</Chip>
      </span>
      <span className="small soft">
        {until
          ? t("mandate.fromUntil", { from: formats.full(mandate.starts_at), until: formats.full(until) })
          : t("mandate.from", { from: formats.full(mandate.starts_at) })}
      </span>
    </span>
  );
}
