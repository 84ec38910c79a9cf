import { useQuery } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { api, type Query } from "@/api/client";
import { AUDIT_KINDS, type AuditKind, type Outcome, type Page, type PersonLine } from "@/api/types";
import { useMay } from "@/app/session";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Choice, TextField } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import styles from "./audit.module.css";

export interface Filters {
  person: string;
  /** The id that goes with the name, when it is known. */
  personId: string;
  patient: string;
  message: string;
  kinds: readonly AuditKind[];
  outcome: Outcome | "";
  from: string;
  to: string;
}

export const NO_FILTERS: Filters = { person: "", personId: "", patient: "", message: "", kinds: [], outcome: "", from: "", to: "" };

/** Filters as the server takes them; days are whole days on this person's clock. */
export function queryOf(filters: Filters): Query {
  const day = (text: string, time: string) => (text ? new Date(`${text}T${time}`).toISOString() : undefined);
  return {
    person: filters.personId || undefined,
    patient: filters.patient.trim() || undefined,
    message: filters.message.trim() || undefined,
    kind: filters.kinds,
    outcome: filters.outcome || undefined,
    from: day(filters.from, "00:00:00"),
    to: day(filters.to, "23:59:59.999"),
  };
}

interface Props {
  filters: Filters;
  onChange: (filters: Filters) => void;
  onFind: () => void;
  onClear: () => void;
}

export function AuditFilters({ filters, onChange, onFind, onClear }: Props) {
  const t = useT();
  const id = useId();
  const may = useMay();
  const people = useQuery({
    queryKey: ["people", "names"],
    queryFn: ({ signal }) => api.get<Page<PersonLine>>("/people", { limit: 200 }, signal),
    enabled: may("person.read"),
    staleTime: 300_000,
  });
  const known = people.data?.items ?? [];
  const set = (change: Partial<Filters>) => onChange({ ...filters, ...change });
  const idOf = (text: string) => {
    const wanted = text.trim().toLocaleLowerCase();
    if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(wanted)) return wanted;
    return known.find((one) => one.name.toLocaleLowerCase() === wanted || one.login.toLowerCase() === wanted)?.id ?? "";
  };
  const setPerson = (person: string) =>
    set({ person, personId: idOf(person) });
  const unknown = filters.person.trim() !== "" && filters.personId === "";
  const [asked, setAsked] = useState(false);
  // On a phone only what is asked for most is in sight; what filters now always is.
  const [more, setMore] = useState(false);
  const rest = useRef<HTMLDivElement>(null);
  const showMore = () => {
    flushSync(() => setMore(true));
    // What was pressed is gone: one goes on at the first of what came.
    rest.current?.querySelector("input")?.focus();
  };
  const { message, kinds, outcome, from, to } = filters;
  const all = more || kinds.length > 0 || [message, outcome, from, to].some((one) => one !== "");
  const left = AUDIT_KINDS.filter((kind) => !filters.kinds.includes(kind));
  return (
    <form
      className={`panel ${styles.filters}`}
      role="search"
      data-all={all}
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (!unknown) onFind();
      }}
    >
      <TextField
        label={t("log.person")}
        autoComplete="off"
        list={`${id}-people`}
        value={filters.person}
        error={asked && unknown ? t("log.personUnknown") : undefined}
        onChange={setPerson}
      />
      <datalist id={`${id}-people`}>
        {known.map((one) => (
          <option key={one.id} value={one.name}>
            {one.login}
          </option>
        ))}
      </datalist>
      <TextField label={t("log.patient")} autoComplete="off" value={filters.patient} onChange={(patient) => set({ patient })} />
      <div className={styles.more} ref={rest}>
        <TextField label={t("log.message")} autoComplete="off" value={message} onChange={(text) => set({ message: text })} />
        <div className={styles.kinds}>
          <Choice
            label={t("log.kind")}
            value=""
            onChange={(kind: AuditKind | "") => (kind === "" ? undefined : set({ kinds: [...filters.kinds, kind] }))}
            options={[
              { value: "", label: t("log.kindAdd") },
              ...left.map((kind) => ({ value: kind, label: t(`audit.${kind}`) })),
            ]}
          />
          {filters.kinds.length > 0 ? (
            <ul>
              {filters.kinds.map((kind) => (
                <li key={kind}>
                  <button
                    type="button"
                    className={styles.kind}
                    aria-label={t("log.kindRemove", { kind: t(`audit.${kind}`) })}
                    onClick={() => set({ kinds: filters.kinds.filter((one) => one !== kind) })}
                  >
                    {t(`audit.${kind}`)} <Icon name="close" size={14} />
                  </button>
                </li>
              ))}
            </ul>
          ) : null}
        </div>
        <Choice
          label={t("log.outcome")}
          value={outcome}
          onChange={(value) => set({ outcome: value })}
          options={[
            { value: "", label: t("log.outcomeAny") },
            ...(["success", "refused", "error"] as const).map((value) => ({ value, label: t(`outcome.${value}`) })),
          ]}
        />
        <TextField label={t("log.from")} type="date" value={from} onChange={(day) => set({ from: day })} />
        <TextField label={t("log.to")} type="date" value={to} onChange={(day) => set({ to: day })} />
      </div>
      <div className={`row ${styles.go}`}>
        <Button type="submit" kind="primary" icon="search" label={t("log.find")} />
        <Button kind="quiet" label={t("log.clear")} onPress={onClear} />
        {all ? null : (
          <span className={styles.opener}>
            <Button kind="quiet" icon="down" label={t("log.more")} onPress={showMore} />
          </span>
        )}
      </div>
    </form>
  );
}
