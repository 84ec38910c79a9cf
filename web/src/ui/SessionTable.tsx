import type { SessionLine } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "./Button";
import { Chip } from "./pieces";
import { Table, type Column } from "./Table";

/** The first words of a browser's description of itself: enough to know one's own. */
const browser = (agent: string) =>
  /(Edg|OPR|Firefox|Chrome|Safari)\/[\d.]+/.exec(agent)?.[1]?.replace("Edg", "Edge").replace("OPR", "Opera") ?? agent.slice(0, 60);
const system = (agent: string) => /(iPhone|iPad|Android|Windows|Macintosh|Linux)/.exec(agent)?.[1] ?? "";

export function SessionTable(props: { sessions: readonly SessionLine[]; withPerson?: boolean; onEnd: (session: SessionLine) => void }) {
  const t = useT();
  const formats = useFormats();
  const device = ({ user_agent: agent }: SessionLine) =>
    agent ? [...new Set([browser(agent), system(agent)])].filter(Boolean).join(" · ") : "–";
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
    { id: "network", head: t("sessions.network"), cell: (one) => one.network ?? "" },
    { id: "since", head: t("sessions.since"), cell: (one) => formats.short(one.created_at) },
    { id: "seen", head: t("sessions.seen"), cell: (one) => formats.short(one.last_seen_at) },
    {
      id: "end",
      head: t("sessions.end"),
      quiet: true,
      cell: (one) =>
        one.current ? null : (
          <Button
            kind="quiet"
            small
            icon="out"
            label={t("sessions.end")}
            aria-label={`${t("sessions.end")}: ${one.person?.name ?? device(one)}`}
            onPress={() => props.onEnd(one)}
          />
        ),
    },
  ];
  return <Table label={t("admin.sessions")} rows={props.sessions} keyOf={(one) => one.id} columns={columns} />;
}
