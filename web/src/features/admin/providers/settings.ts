/** What the screens of providers share. Pure. */

import { isProblem } from "@/api/client";
import type { Permission, PermissionName, ProviderSettings } from "@/api/types";

/** Words between blanks or commas. */
export const words = (text: string): string[] => text.split(/[\s,]/);

/** Roles that may be given without a person's act: without a permission that the server calls sensitive. */
export const givable = <Role extends { permissions: readonly Permission[] }>(roles: readonly Role[], names: readonly PermissionName[]): Role[] => {
  const sensitive = new Set(names.filter((one) => one.sensitive).map((one) => one.name));
  return roles.filter(({ permissions }) => !permissions.some((one) => sensitive.has(one)));
};

const CODES = ["address", "fixed", "required", "secret", "sensitive", "taken", "too_long", "too_short", "unknown", "word"] as const;
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
