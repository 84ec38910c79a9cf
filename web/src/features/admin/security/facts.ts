/** What a security policy says, fact by fact in words, and what differs between two. Pure. */

import type { SecurityPolicy } from "@/api/types";
import type { Translate } from "@/i18n";

export interface Fact {
  id: string;
  label: string;
  value: string;
  /** How much it allows: of two values, the greater is the weaker one. Not everything can be weighed. */
  weight?: number;
}

export interface FactChange {
  id: string;
  label: string;
  from: string;
  now: string;
  weaker?: boolean;
}

export interface Words {
  t: Translate;
  roleName: (id: string) => string;
}

const ALL_WAYS = ["passkey", "security_key", "password", "provider", "mail_program", "token"] as const;

/** As long as it takes for a number to be typed. */
const shown = (n: number) => (Number.isNaN(n) ? "–" : n);

export function facts(policy: SecurityPolicy, words: Words): Fact[] {
  return [
    ...timeFacts(policy, words),
    ...passwordFacts(policy, words),
    ...keyFacts(policy, words),
    ...zoneFacts(policy, words),
    ...accessFacts(policy, words),
    {
      id: "review",
      label: words.t("security.reviewMonths"),
      value: String(shown(policy.review.months)),
      weight: policy.review.months,
    },
    ...ageFacts(policy, words),
  ];
}

function timeFacts({ sessions }: SecurityPolicy, { t, roleName }: Words): Fact[] {
  const minutes = (n: number) => t("security.minutes", { n: shown(n) });
  return [
    { id: "idle", label: t("security.idle"), value: minutes(sessions.idle_minutes), weight: sessions.idle_minutes },
    ...Object.entries(sessions.by_role).map(([role, n]) => ({
      id: `idle ${role}`,
      label: t("security.idleOf", { role: roleName(role) }),
      value: minutes(n),
      weight: n,
    })),
    {
      id: "absolute",
      label: t("security.absolute"),
      value: t("security.hours", { n: shown(sessions.absolute_hours) }),
      weight: sessions.absolute_hours,
    },
    { id: "warn", label: t("security.warn"), value: t("security.seconds", { n: shown(sessions.warn_seconds) }) },
    { id: "most", label: t("security.most"), value: String(shown(sessions.most_per_person)), weight: sessions.most_per_person },
  ];
}

function passwordFacts({ password }: SecurityPolicy, { t }: Words): Fact[] {
  const length = (id: string, label: string, n: number): Fact => ({ id, label, value: String(shown(n)), weight: -n });
  return [
    length("alone", t("security.alone"), password.min_alone),
    length("second", t("security.withSecond"), password.min_with_second),
    {
      id: "rotation",
      label: t("security.rotation"),
      value: password.rotation_days === null ? t("security.rotationOff") : t("security.days", { n: shown(password.rotation_days) }),
      // To make people change passwords by the calendar makes passwords weaker (SP 800-63B-4, 3.1.1.2).
      weight: password.rotation_days === null ? 0 : 1,
    },
  ];
}

function keyFacts(policy: SecurityPolicy, { t, roleName }: Words): Fact[] {
  const roles = policy.security_key_roles;
  return [
    { id: "keys", label: t("security.keys"), value: roles.map(roleName).sort().join(", ") || t("zones.none"), weight: -roles.length },
    {
      id: "key grace",
      label: t("security.keyGrace"),
      value: String(shown(policy.security_key_grace_days)),
      weight: policy.security_key_grace_days,
    },
  ];
}

type Rules = SecurityPolicy["elsewhere"];

function zoneFacts(policy: SecurityPolicy, words: Words): Fact[] {
  const { t } = words;
  const list = (items: readonly string[]) => items.join(", ") || t("zones.none");
  return [
    { id: "zones", label: t("zones.order"), value: list(policy.zones.map((zone) => zone.name)) },
    ...policy.zones.flatMap((zone) => [
      { id: `${zone.id} name`, label: t("zones.name"), value: zone.name },
      { id: `${zone.id} networks`, label: t("zones.of", { zone: zone.name, what: t("zones.networks") }), value: list(zone.networks) },
      {
        id: `${zone.id} devices`,
        label: t("zones.of", { zone: zone.name, what: t("zones.device") }),
        value: zone.authority === null ? t("zones.deviceAny") : t("zones.deviceOf", { authority: zone.authority }),
      },
      ...ruleFacts(zone.id, zone.name, zone.rules, words),
    ]),
    ...ruleFacts("elsewhere", t("zones.elsewhere"), policy.elsewhere, words),
  ];
}

function ruleFacts(id: string, zone: string, rules: Rules, { t }: Words): Fact[] {
  const label = (key: "zones.ways" | "security.idle" | "zones.readOnly" | "zones.downloads") => t("zones.of", { zone, what: t(key) });
  const yes = (on: boolean) => t(on ? "policy.yes" : "policy.no");
  const ways = ALL_WAYS.filter((way) => rules.ways.includes(way)).map((way) => t(`way.${way}`));
  return [
    { id: `${id} ways`, label: label("zones.ways"), value: ways.join(", ") || t("zones.none") },
    {
      id: `${id} idle`,
      label: label("security.idle"),
      value: rules.idle_minutes === null ? t("security.nothing") : t("security.minutes", { n: shown(rules.idle_minutes) }),
    },
    { id: `${id} read`, label: label("zones.readOnly"), value: yes(rules.read_only), weight: rules.read_only ? 0 : 1 },
    { id: `${id} downloads`, label: label("zones.downloads"), value: yes(rules.downloads), weight: rules.downloads ? 1 : 0 },
  ];
}

function accessFacts({ access }: SecurityPolicy, { t }: Words): Fact[] {
  const yes = (id: string, label: string, on: boolean, weight: number): Fact => ({
    id,
    label,
    value: t(on ? "security.yes" : "security.no"),
    weight,
  });
  return [
    yes("strict", t("security.strict"), access.strict, access.strict ? 0 : 1),
    yes("correspondence", t("security.correspondence"), access.correspondence, access.correspondence ? 1 : 0),
    yes("duty", t("security.duty"), access.duty, access.duty ? 1 : 0),
    {
      id: "break glass",
      label: t("security.breakGlass"),
      value: t("security.minutes", { n: shown(access.break_glass_minutes) }),
      weight: access.break_glass_minutes,
    },
    {
      id: "cover",
      label: t("security.coverDays"),
      value: String(shown(access.cover_days_max)),
      weight: access.cover_days_max,
    },
  ];
}

function ageFacts({ ages }: SecurityPolicy, { t }: Words): Fact[] {
  return [
    ...ages.bands.map((band, n) => ({
      id: `age ${n}`,
      label: t("ages.band", { n: n + 1 }),
      value: `${t("ages.fromOf", { years: shown(band.from_years) })}: ${t(`ages.parent.${band.parent}`)}`,
    })),
    { id: "age zone", label: t("ages.zone"), value: ages.time_zone },
  ];
}

export function factChanges(before: readonly Fact[], after: readonly Fact[], nothing: string): FactChange[] {
  const ids = [...new Set([...before, ...after].map((fact) => fact.id))];
  return ids.flatMap((id) => {
    const from = before.find((fact) => fact.id === id);
    const now = after.find((fact) => fact.id === id);
    if (from?.value === now?.value) return [];
    const [was, is] = [from?.weight, now?.weight];
    return {
      id,
      label: (now ?? from)?.label ?? id,
      from: from?.value ?? nothing,
      now: now?.value ?? nothing,
      ...(was !== undefined && is !== undefined && was !== is ? { weaker: is > was } : {}),
    };
  });
}
