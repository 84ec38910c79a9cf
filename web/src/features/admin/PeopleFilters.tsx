import { useQuery } from "@tanstack/react-query";
import type { Query } from "@/api/client";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Choice, TextField } from "@/ui/Field";
import { rolesQuery } from "./lists";
import styles from "./admin.module.css";

export interface PeopleFilterValues {
  words: string;
  state: "" | "invited" | "active" | "disabled";
  role: string;
  unseen: "" | "30" | "90" | "365";
  lacking: "" | "second_factor" | "passkey";
}

export const NO_PEOPLE_FILTERS: PeopleFilterValues = { words: "", state: "", role: "", unseen: "", lacking: "" };

/** What is asked of the server; what is not chosen is left out, so that equal questions are one. */
export function filterQuery(filters: PeopleFilterValues): Query {
  const asked = {
    q: filters.words.trim(),
    state: filters.state,
    role_id: filters.role,
    unseen_days: filters.unseen,
    lacking: filters.lacking,
  };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== ""));
}

export function PeopleFilters(props: { filters: PeopleFilterValues; onChange: (filters: PeopleFilterValues) => void }) {
  const t = useT();
  const { filters } = props;
  const roles = useQuery(rolesQuery);
  const set = (change: Partial<PeopleFilterValues>) => props.onChange({ ...filters, ...change });
  const on = [filters.state, filters.role, filters.unseen, filters.lacking].filter((one) => one !== "").length;
  return (
    <>
      <TextField label={t("people.find")} type="search" autoComplete="off" value={filters.words} onChange={(words) => set({ words })} />
      <details className={styles.filters}>
        <summary>{t("filter.title", { count: on })}</summary>
        <div className={styles.filterFields}>
          <Choice
            label={t("people.state")}
            value={filters.state}
            onChange={(state) => set({ state })}
            options={[
              { value: "" as const, label: t("filter.any") },
              ...(["active", "invited", "disabled"] as const).map((value) => ({ value, label: t(`people.state.${value}`) })),
            ]}
          />
          <Choice
            label={t("person.role")}
            value={filters.role}
            onChange={(role) => set({ role })}
            options={[{ value: "", label: t("filter.any") }, ...(roles.data ?? []).map((one) => ({ value: one.id, label: one.name }))]}
          />
          <Choice
            label={t("people.lastSignIn")}
            value={filters.unseen}
            onChange={(unseen) => set({ unseen })}
            options={[
              { value: "" as const, label: t("filter.any") },
              ...(["30", "90", "365"] as const).map((value) => ({ value, label: t("filter.unseen", { days: Number(value) }) })),
            ]}
          />
          <Choice
            label={t("filter.lacking")}
            value={filters.lacking}
            onChange={(lacking) => set({ lacking })}
            options={[
              { value: "" as const, label: t("filter.any") },
              ...(["second_factor", "passkey"] as const).map((value) => ({ value, label: t(`filter.lacking.${value}`) })),
            ]}
          />
          {on > 0 ? (
            <Button kind="quiet" label={t("filter.clear")} onPress={() => props.onChange({ ...NO_PEOPLE_FILTERS, words: filters.words })} />
          ) : null}
        </div>
      </details>
    </>
  );
}
