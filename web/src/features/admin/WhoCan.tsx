import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "@/api/client";
import { PERMISSIONS, type Page, type Permission, type WhoCanLine } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Choice } from "@/ui/Field";
import { Empty, Failure, Skeleton, TwoLines } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { Why } from "./person/Why";

/** Everybody who has a permission, and by which role. */
export function WhoCan() {
  const t = useT();
  const [permission, setPermission] = useState<Permission | "">("");
  const found = useInfiniteQuery({
    queryKey: ["rights", "who", permission],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<WhoCanLine>>("/rights/who", { permission, cursor: pageParam, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled: permission !== "",
    // Asking is recorded: not of its own accord.
    staleTime: 60_000,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const lines = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <header>
        <h1>{t("who.part")}</h1>
        <p className="soft">{t("who.lead")}</p>
      </header>
      <Choice
        label={t("who.permission")}
        help={permission ? t(`permissionHelp.${permission}`) : undefined}
        value={permission}
        onChange={setPermission}
        options={[
          { value: "" as const, label: t("who.choose") },
          ...PERMISSIONS.map((value) => ({ value, label: t(`permission.${value}`) })),
        ]}
      />
      {found.error && !found.data ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isFetching && !found.data ? <Skeleton rows={3} /> : null}
      {found.data && lines.length === 0 ? <Empty icon="people" title={t("who.nobody")} /> : null}
      {lines.length > 0 ? (
        <Table
          label={t("who.part")}
          rows={lines}
          keyOf={(one) => one.id}
          columns={[
            {
              id: "name",
              head: t("admin.name"),
              names: true,
              cell: (one) => (
                <TwoLines under={one.function}>
                  <Link to="/admin/people/$person" params={{ person: one.id }} preload={false}>
                    {one.name}
                  </Link>
                </TwoLines>
              ),
            },
            { id: "why", head: t("rights.why"), cell: (one) => <Why right={one} given /> },
          ]}
        />
      ) : null}
      {found.hasNextPage ? (
        <div className="row">
          <Button label={t("do.more")} busy={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()} />
        </div>
      ) : null}
    </>
  );
}
