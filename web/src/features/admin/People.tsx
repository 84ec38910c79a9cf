import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { api } from "@/api/client";
import type { Page, PersonLine } from "@/api/types";
import { useMay } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Check } from "@/ui/Field";
import { Chip, Empty, Failure, Skeleton, TwoLines } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { ReviewAsks } from "./reviews/Reviews";
import { BulkBar, OpenActs } from "./bulk/Bulk";
import { STATE_TONES } from "./lists";
import { filterQuery, PeopleFilters } from "./PeopleFilters";
import { EditPerson, InvitePerson } from "./PersonDialogs";
import styles from "./admin.module.css";

export function People() {
  const t = useT();
  const may = useMay();
  const filters = useSearch({ from: "/inside/later/admin/people" });
  const navigate = useNavigate({ from: "/admin/people" });
  const [words, setWords] = useState("");
  const asked = useDeferredValue(filterQuery(words, filters));
  const [inviting, setInviting] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const people = useInfiniteQuery({
    queryKey: ["people", "list", asked],
    queryFn: ({ pageParam, signal }) => api.get<Page<PersonLine>>("/people", { ...asked, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });
  const rows = people.data?.pages.flatMap((page) => page.items) ?? [];
  const manages = may("person.manage");
  const allShown = rows.length > 0 && rows.every((one) => chosen.has(one.id));
  return (
    <>
      <header className="page-head">
        <div>
          <h1>{t("admin.people")}</h1>
          <p className="soft">{t("people.lead")}</p>
        </div>
        {manages ? (
          <span className="row">
            <Link to="/admin/import" className="button plain">
              {t("people.import")}
            </Link>
            <Button kind="primary" icon="plus" label={t("people.invite")} onPress={() => setInviting(true)} />
          </span>
        ) : null}
      </header>
      {manages ? (
        <>
          <OpenActs />
          <ReviewAsks />
        </>
      ) : null}
      <PeopleFilters words={words} onWords={setWords} filters={filters} onChange={(search) => void navigate({ search, replace: true })} />
      {people.error && !people.data ? <Failure error={people.error} onRetry={() => void people.refetch()} /> : null}
      {people.isPending ? <Skeleton rows={4} /> : null}
      {people.data && rows.length === 0 ? <Empty icon="people" title={t("admin.nobody")} /> : null}
      {manages && rows.length > 0 ? (
        <section className={styles.bulk} aria-label={t("bulk.title")}>
          <Check
            label={t("bulk.all", { count: rows.length })}
            checked={allShown}
            onChange={(on) => setChosen(on ? new Set([...chosen, ...rows.map((one) => one.id)]) : new Set())}
          />
          <BulkBar chosen={chosen} onClear={() => setChosen(new Set())} />
        </section>
      ) : null}
      {rows.length > 0 ? (
        <List
          rows={rows}
          chosen={chosen}
          onChoose={(id, on) => {
            const next = new Set(chosen);
            if (on) next.add(id);
            else next.delete(id);
            setChosen(next);
          }}
        />
      ) : null}
      {people.hasNextPage ? (
        <div className="row">
          <Button label={t("do.more")} busy={people.isFetchingNextPage} onPress={() => void people.fetchNextPage()} />
        </div>
      ) : null}
      {inviting ? <InvitePerson onClose={() => setInviting(false)} /> : null}
    </>
  );
}

function List(props: {
  rows: readonly PersonLine[];
  chosen: ReadonlySet<string>;
  onChoose: (id: string, on: boolean) => void;
}) {
  const t = useT();
  const formats = useFormats();
  const may = useMay();
  const [editing, setEditing] = useState<PersonLine>();
  const manages = may("person.manage");
  return (
    <>
      <Table
        label={t("admin.people")}
        rows={props.rows}
        keyOf={(one) => one.id}
        columns={[
          {
            id: "name",
            head: t("admin.name"),
            names: true,
            cell: (one) => {
              const words = (
                <TwoLines under={[one.function, one.login].filter(Boolean).join(" · ")}>
                  <Link to="/admin/people/$person" params={{ person: one.id }} preload={false}>
                    {one.name}
                  </Link>
                </TwoLines>
              );
              return manages ? (
                <span className={styles.choosing}>
                  <label>
                    <input
                      type="checkbox"
                      aria-label={t("bulk.choose", { name: one.name })}
                      checked={props.chosen.has(one.id)}
                      onChange={(event) => props.onChoose(one.id, event.target.checked)}
                    />
                  </label>
                  {words}
                </span>
              ) : (
                words
              );
            },
          },
          {
            id: "roles",
            head: t("people.rolesOf"),
            cell: (one) => (one.roles.length > 0 ? formats.list(one.roles.map((role) => role.name)) : t("people.noRoles")),
          },
          {
            id: "state",
            head: t("people.state"),
            cell: (one) => (
              <span className="two-lines">
                <span>
                  <Chip tone={STATE_TONES[one.state]}>{t(`people.state.${one.state}`)}</Chip>
                </span>
                {one.kept_by === "house" ? null : (
                  <span className="small soft">{t(one.kept_by === "program" ? "kept.chipProgram" : "kept.chipProvider")}</span>
                )}
                {one.leaves_at ? (
                  <span className="small soft">
                    {t("leave.leavesAt", { name: one.name, when: formats.short(one.leaves_at) })}
                  </span>
                ) : null}
              </span>
            ),
          },
          {
            id: "last",
            head: t("people.lastSignIn"),
            cell: (one) => (one.last_sign_in_at ? formats.short(one.last_sign_in_at) : t("people.never")),
          },
          {
            id: "edit",
            head: t("admin.actions"),
            quiet: true,
            cell: (one) =>
              manages ? (
                <Button
                  kind="quiet"
                  small
                  icon="pen"
                  label={t("do.edit")}
                  aria-label={t("people.edit", { name: one.name })}
                  onPress={() => setEditing(one)}
                />
              ) : null,
          },
        ]}
      />
      {editing ? <EditPerson person={editing} onClose={() => setEditing(undefined)} /> : null}
    </>
  );
}
