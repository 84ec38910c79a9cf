import type { EffectiveRight, RightSource } from "@/api/types";
import { useFormats, useT, type MessageKey } from "@/i18n";
import { Chip } from "@/ui/pieces";

/** Why somebody may do something, or what takes it away, in words. */
export function useSourceWords(): (source: RightSource) => string {
  const t = useT();
  const formats = useFormats();
  return (source) => {
    switch (source.kind) {
      case "role":
        return t("source.role", { name: source.name });
      case "member":
        return t("source.member");
      case "mandate":
        return [
          t(`source.mandate.${source.mandate}`, { grantor: source.grantor }),
          source.until ? t("source.until", { when: formats.full(source.until) }) : "",
        ]
          .filter(Boolean)
          .join(", ");
      case "relation": {
        const relation = t(`relation.${source.relation}`);
        const said = t("source.relation", { relation, patients: source.patients });
        return source.until ? `${said}, ${t("source.until", { when: formats.short(source.until) })}` : said;
      }
      case "team":
        return t("source.team", { name: source.name, patients: source.patients });
      case "emergency":
        return t("source.emergency", { when: formats.full(source.until) });
      case "state":
        return t(`source.state.${source.state}`);
      case "zone":
        return t(`source.zone.${source.code}` as MessageKey, { zone: source.name ?? t("source.zoneElsewhere") });
    }
  };
}

/** How a role came to somebody. */
export function useGivenWords(): (source: Extract<RightSource, { kind: "role" }>) => string {
  const t = useT();
  const formats = useFormats();
  return ({ via, by, at }) => t(`source.via.${via}`, { by: by ?? t("source.somebody"), when: formats.short(at) });
}

/** The reasons of a right: each alone would do; or what takes it away. With `given`, also how the roles came to them. */
export function Why(props: { right: Pick<EffectiveRight, "sources"> & Partial<EffectiveRight>; given?: boolean }) {
  const { right } = props;
  const words = useSourceWords();
  const given = useGivenWords();
  return (
    <ul>
      {right.taken_by ? (
        <li>
          <strong>{words(right.taken_by)}</strong>
        </li>
      ) : null}
      {right.sources.map((source) => (
        <li key={source.kind === "role" ? source.id : words(source)}>
          {words(source)}
          {props.given && source.kind === "role" ? <span className="small soft">, {given(source)}</span> : null}
        </li>
      ))}
    </ul>
  );
}

export function Answer({ right }: { right: EffectiveRight }) {
  const t = useT();
  if (right.allowed) {
    return (
      <Chip tone="ok" icon="check">
        {t("rights.allowed")}
      </Chip>
    );
  }
  return right.taken_by ? (
    <Chip tone="warn" icon="lock">
      {t("rights.taken")}
    </Chip>
  ) : (
    <Chip>{t("rights.refused")}</Chip>
  );
}
