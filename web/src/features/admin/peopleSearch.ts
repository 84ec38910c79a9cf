/** The filter of the list of people, as it stands in the address. The words that one looks for do not: they are names. Pure. */

export const PEOPLE_FILTERS = {
  state: ["active", "invited", "disabled"],
  kind: ["staff", "patient", "carer", "program"],
  source: ["house", "import", "provider", "provisioning"],
  unseen: ["30", "90", "365"],
  lacking: ["second_factor", "passkey"],
} as const;

type Choices = typeof PEOPLE_FILTERS;
export type PeopleSearch = { [K in keyof Choices]?: Choices[K][number] } & { role?: string };

/** What is known of an address; anything else in it is read over. */
export function peopleSearch(search: Record<string, unknown>): PeopleSearch {
  const found: Record<string, string> = {};
  for (const [name, values] of Object.entries(PEOPLE_FILTERS)) {
    // A number in the address is read as one.
    const said = typeof search[name] === "number" ? String(search[name]) : search[name];
    if (typeof said === "string" && (values as readonly string[]).includes(said)) found[name] = said;
  }
  if (typeof search.role === "string" && /^[0-9a-f-]{36}$/.test(search.role)) found.role = search.role;
  return found;
}
