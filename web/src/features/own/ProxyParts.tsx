import type { Id, Proxy, ProxyScope } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Chip, TwoLines } from "@/ui/pieces";
import { Table } from "@/ui/Table";

const TONES = {
  planned: "plain",
  holds: "ok",
  waits_for_consent: "warn",
  withdrawn: "plain",
  over_by_date: "plain",
  over_by_age: "plain",
} as const;

function ProxyState({ proxy }: { proxy: Proxy }) {
  const t = useT();
  return <Chip tone={TONES[proxy.standing]}>{t(`proxy.state.${proxy.standing}`)}</Chip>;
}

function ScopeList({ scope }: { scope: readonly ProxyScope[] }) {
  const t = useT();
  const formats = useFormats();
  return <>{formats.list(scope.map((one) => t(`proxy.scope.${one}`)))}</>;
}

/** The last day; the end by age needs no date of its own. */
function Until({ proxy }: { proxy: Proxy }) {
  const t = useT();
  const formats = useFormats();
  return <>{proxy.ended_at ? formats.full(proxy.ended_at) : t("proxy.until", { day: formats.date(proxy.ends_on) })}</>;
}

/** Who acts for whom: what they see, until when, and the way to end it; `first` is what else can be done. */
export function ProxyTable(props: {
  label: string;
  rows: readonly Proxy[];
  nameOf: (one: Proxy) => string;
  /** Also what it rests on, for those who keep it. */
  withBasis?: boolean;
  first: (one: Proxy) => React.ReactNode;
  ending: Id | undefined;
  onEnd: (one: Proxy) => void;
}) {
  const t = useT();
  const { nameOf } = props;
  return (
    <Table
      label={props.label}
      rows={props.rows}
      keyOf={(one) => one.id}
      columns={[
        {
          id: "who",
          head: t("looked.who"),
          names: true,
          cell: (one) => (
            <TwoLines under={[t(`proxy.kind.${one.kind}`), props.withBasis ? one.basis : ""].filter(Boolean).join(" · ")}>
              {nameOf(one)}
            </TwoLines>
          ),
        },
        { id: "scope", head: t("proxy.scope"), cell: (one) => <ScopeList scope={one.scope} /> },
        {
          id: "state",
          head: t("mandate.time"),
          cell: (one) => (
            <TwoLines under={<Until proxy={one} />}>
              <ProxyState proxy={one} />
            </TwoLines>
          ),
        },
        {
          id: "acts",
          head: t("admin.actions"),
          quiet: true,
          cell: (one) =>
            one.ended_at ? null : (
              <span className="row">
                {props.first(one)}
                <Button
                  kind="quiet"
                  small
                  label={t("mandate.end")}
                  aria-label={t("own.endOf", { name: nameOf(one) })}
                  busy={props.ending === one.id}
                  onPress={() => props.onEnd(one)}
                />
              </span>
            ),
        },
      ]}
    />
  );
}
