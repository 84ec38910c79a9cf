import type { Proxy, ProxyScope } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Chip } from "@/ui/pieces";

const TONES = {
  planned: "plain",
  holds: "ok",
  waits_for_consent: "warn",
  withdrawn: "plain",
  over_by_date: "plain",
  over_by_age: "plain",
} as const;

export function ProxyState({ proxy }: { proxy: Proxy }) {
  const t = useT();
  return <Chip tone={TONES[proxy.standing]}>{t(`proxy.state.${proxy.standing}`)}</Chip>;
}

export function ScopeList({ scope }: { scope: readonly ProxyScope[] }) {
  const t = useT();
  const formats = useFormats();
  return <>{formats.list(scope.map((one) => t(`proxy.scope.${one}`)))}</>;
}

/** The last day; the end by age needs no date of its own. */
export function Until({ proxy }: { proxy: Proxy }) {
  const t = useT();
  const formats = useFormats();
  if (proxy.ended_at) return <span className="small soft">{formats.full(proxy.ended_at)}</span>;
  return <span className="small soft">{t("proxy.until", { day: formats.day(`${proxy.ends_on}T12:00:00`) })}</span>;
}
