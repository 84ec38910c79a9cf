/** What the screens of providers share. Pure. */

import { isProblem } from "@/api/client";
import type { ProviderSettings, ProvisionedRole } from "@/api/types";
import type { Translate } from "@/i18n";

/** Words between blanks or commas. */
export const words = (text: string): string[] => text.split(/[\s,]/);

/** Roles that other systems may give; and those that were chosen when they still might, so that they can be taken out. */
export function offered(roles: readonly ProvisionedRole[], chosen: readonly string[], t: Translate): { id: string; name: string }[] {
  const known = new Map(roles.map((one) => [one.id, one]));
  const gone = chosen.filter((id) => !known.get(id)?.given);
  return [
    ...roles.filter((one) => one.given),
    ...gone.map((id) => ({ id, name: t("providers.roleTaken", { name: known.get(id)?.name ?? t("providers.roleUnknown") }) })),
  ];
}

const CODES = ["address", "fixed", "not_from_outside", "required", "secret", "sensitive", "taken", "too_long", "too_short", "unknown", "word"] as const;
type Code = (typeof CODES)[number];

/** What the server has against a field. */
export function fieldOf(error: unknown, field: string): Code | undefined {
  const code = isProblem(error, "validation") ? error.errors.find((one) => one.field === field)?.code : undefined;
  if (code === undefined) return undefined;
  return CODES.find((one) => one === code) ?? "required";
}

/** The settings as they are sent: what was typed, without the gaps. */
export function tidy(settings: ProviderSettings): ProviderSettings {
  const clean = (list: readonly string[]) => [...new Set(list.map((one) => one.trim()).filter(Boolean))].sort();
  return {
    ...settings,
    name: settings.name.trim(),
    issuer: settings.issuer.trim(),
    client_id: settings.client_id.trim(),
    scopes: clean(settings.scopes),
    second_factor: { ...settings.second_factor, amr: clean(settings.second_factor.amr), acr: clean(settings.second_factor.acr) },
    create: settings.create && { ...settings.create, domains: clean(settings.create.domains) },
  };
}
