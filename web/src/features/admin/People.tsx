import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { api } from "@/api/client";
import type { Page, PersonLine } from "@/api/types";
import { useMay } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Chip, Empty, Failure, Skeleton } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { STATE_TONES } from "./lists";
import { EditPerson, InvitePerson } from "./PersonDialogs";

export function People() {
  const t = useT();
  const formats = useFormats();
  const may = useMay();
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const [inviting, setInviting] = useState(false);
  const [editing, setEditing] = useState<PersonLine>();
  const people = useInfiniteQuery({
    queryKey: ["people", "list", q],
    queryFn: ({ pageParam, signal }) => api.get<Page<PersonLine>>("/people", { q, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });
  const rows = people.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <header className="page-head">
        <div>
          <h1>{t("admin.people")}</h1>
          <p className="soft">{t("people.lead")}</p>
        </div>
        {may("person.manage") ? (
          <span className="row">
            <Link to="/admin/import">{t("people.import")}</Link>
            <Button kind="primary" icon="plus" label={t("people.invite")} onPress={() => setInviting(true)} />
          </span>
        ) : null}
      </header>
      <TextField label={t("people.find")} type="search" autoComplete="off" value={text} onChange={setText} />
      {people.error && !people.data ? <Failure error={people.error} onRetry={() => void people.refetch()} /> : null}
      {people.isPending ? <Skeleton rows={4} /> : null}
      {people.data && rows.length === 0 ? <Empty icon="people" title={t("admin.nobody")} /> : null}
      {rows.length > 0 ? (
        <Table
          label={t("admin.people")}
          rows={rows}
          keyOf={(one) => one.id}
          columns={[
            {
              id: "name",
              head: t("admin.name"),
              names: true,
              cell: (one) => (
                <span className="two-lines">
                  <Link to="/admin/people/$person" params={{ person: one.id }} preload={false}>
                    {one.name}
                  </Link>{" "}
                  <span className="small soft">{[one.function, one.login].filter(Boolean).join(" · ")}</span>
                </span>
              ),
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
                may("person.manage") ? (
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
      ) : null}
      {people.hasNextPage ? (
        <div className="row">
          <Button label={t("do.more")} busy={people.isFetchingNextPage} onPress={() => void people.fetchNextPage()} />
        </div>
      ) : null}
      {inviting ? <InvitePerson onClose={() => setInviting(false)} /> : null}
      {editing ? <EditPerson person={editing} onClose={() => setEditing(undefined)} /> : null}
    </>
  );
}
