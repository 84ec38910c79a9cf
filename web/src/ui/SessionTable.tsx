import type { SessionLine } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "./Button";
import { deviceName } from "./deviceName";
import { Chip } from "./pieces";
import { Table, type Column } from "./Table";

export function SessionTable(props: { sessions: readonly SessionLine[]; withPerson?: boolean; onEnd?: (session: SessionLine) => void }) {
  const t = useT();
  const { onEnd } = props;
  const formats = useFormats();
  const device = ({ user_agent: agent }: SessionLine) =>
    agent ? deviceName(agent) : "–";
  const columns: Column<SessionLine>[] = [
    ...(props.withPerson
      ? [{ id: "person", head: t("sessions.person"), names: true, cell: (one: SessionLine) => one.person?.name ?? "" }]
      : []),
    {
      id: "device",
      head: t("sessions.device"),
      names: !props.withPerson,
      cell: (one) => (
        <span title={one.user_agent ?? ""}>
          {device(one)} {one.current ? <Chip tone="ok">{t("sessions.current")}</Chip> : null}
        </span>
      ),
    },
    { id: "way", head: t("sessions.way"), cell: (one) => t(one.method === "password" ? "sessions.byPassword" : one.method === "provider" ? "sessions.byProvider" : "sessions.byPasskey") },
    { id: "network", head: t("sessions.network"), cell: (one) => one.network ?? "" },
    { id: "since", head: t("sessions.since"), cell: (one) => formats.short(one.created_at) },
    { id: "seen", head: t("sessions.seen"), cell: (one) => formats.short(one.last_seen_at) },
    ...(onEnd
      ? [
          {
            id: "end",
            head: t("sessions.end"),
            quiet: true,
            cell: (one: SessionLine) =>
              one.current ? null : (
                <Button
                  kind="quiet"
                  small
                  icon="out"
                  label={t("sessions.end")}
                  aria-label={`${t("sessions.end")}: ${one.person?.name ?? device(one)}`}
                  onPress={() => onEnd(one)}
                />
              ),
          },
        ]
      : []),
  ];
  return <Table label={t("admin.sessions")} rows={props.sessions} keyOf={(one) => one.id} columns={columns} />;
}
