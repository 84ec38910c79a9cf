import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Query } from "@/api/client";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Choice, TextField } from "@/ui/Field";
import { rolesQuery } from "./lists";
import { PEOPLE_FILTERS, peopleSearch, type PeopleSearch } from "./peopleSearch";
import styles from "./admin.module.css";

/** What is asked of the server besides the words; what is not chosen is left out, so that equal questions are one. */
export function filterQuery(words: string, filters: PeopleSearch): Query {
  const asked = {
    q: words.trim(),
    state: filters.state,
    kind: filters.kind,
    source: filters.source,
    role_id: filters.role,
    unseen_days: filters.unseen,
    lacking: filters.lacking,
  };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined && value !== ""));
}

interface Props {
  words: string;
  onWords: (words: string) => void;
  filters: PeopleSearch;
  onChange: (filters: PeopleSearch) => void;
}

export function PeopleFilters(props: Props) {
  const t = useT();
  const { filters } = props;
  const roles = useQuery(rolesQuery);
  // What is not chosen is read over, as in an address.
  const set = <K extends keyof PeopleSearch>(name: K, value: PeopleSearch[K] | "") => props.onChange(peopleSearch({ ...filters, [name]: value }));
  const on = Object.keys(filters).length;
  // Open where the address brought a filter along; after that as one leaves it.
  const [opened] = useState(on > 0);
  return (
    <>
      <TextField label={t("people.find")} type="search" autoComplete="off" value={props.words} onChange={props.onWords} />
      <details className={styles.filters} open={opened}>
        <summary>{t("filter.title", { count: on })}</summary>
        <div className={styles.filterFields}>
          <Choice
            label={t("people.state")}
            value={filters.state ?? ""}
            onChange={(state) => set("state", state)}
            options={[
              { value: "" as const, label: t("filter.any") },
              ...PEOPLE_FILTERS.state.map((value) => ({ value, label: t(`people.state.${value}`) })),
            ]}
          />
          <Choice
            label={t("filter.kind")}
            value={filters.kind ?? ""}
            onChange={(kind) => set("kind", kind)}
            options={[
              { value: "" as const, label: t("filter.any") },
              ...PEOPLE_FILTERS.kind.map((value) => ({ value, label: t(`filter.kind.${value}`) })),
            ]}
          />
          <Choice
            label={t("filter.source")}
            value={filters.source ?? ""}
            onChange={(source) => set("source", source)}
            options={[
              { value: "" as const, label: t("filter.any") },
              ...PEOPLE_FILTERS.source.map((value) => ({ value, label: t(`filter.source.${value}`) })),
            ]}
          />
          <Choice
            label={t("person.role")}
            value={filters.role ?? ""}
            onChange={(role) => set("role", role)}
            options={[{ value: "", label: t("filter.any") }, ...(roles.data ?? []).map((one) => ({ value: one.id, label: one.name }))]}
          />
          <Choice
            label={t("people.lastSignIn")}
            value={filters.unseen ?? ""}
            onChange={(unseen) => set("unseen", unseen)}
            options={[
              { value: "" as const, label: t("filter.any") },
              ...PEOPLE_FILTERS.unseen.map((value) => ({ value, label: t("filter.unseen", { days: Number(value) }) })),
            ]}
          />
          <Choice
            label={t("filter.lacking")}
            value={filters.lacking ?? ""}
            onChange={(lacking) => set("lacking", lacking)}
            options={[
              { value: "" as const, label: t("filter.any") },
              ...PEOPLE_FILTERS.lacking.map((value) => ({ value, label: t(`filter.lacking.${value}`) })),
            ]}
          />
          {on > 0 ? (
            <Button kind="quiet" label={t("filter.clear")} onPress={() => props.onChange({})} />
          ) : null}
        </div>
      </details>
    </>
  );
}
