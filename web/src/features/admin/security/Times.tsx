import { useQuery } from "@tanstack/react-query";
import type { SecurityPolicy } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Choice } from "@/ui/Field";
import { rolesQuery } from "../lists";
import styles from "../admin.module.css";
import { NumberField } from "./NumberField";

type Sessions = SecurityPolicy["sessions"];

/** How long a session lasts. */
export function Times({ sessions, onChange }: { sessions: Sessions; onChange: (sessions: Sessions) => void }) {
  const t = useT();
  return (
    <section className="panel">
      <h2>{t("security.times")}</h2>
      <div className={styles.inline}>
        <NumberField
          label={t("security.idle")}
          help={t("security.idleHelp")}
          least={1}
          most={60}
          value={sessions.idle_minutes}
          onChange={(idle_minutes) => onChange({ ...sessions, idle_minutes })}
        />
        <NumberField
          label={t("security.absolute")}
          help={t("security.absoluteHelp")}
          least={1}
          most={24}
          value={sessions.absolute_hours}
          onChange={(absolute_hours) => onChange({ ...sessions, absolute_hours })}
        />
        <NumberField
          label={t("security.warn")}
          help={t("security.warnHelp")}
          least={20}
          most={300}
          value={sessions.warn_seconds}
          onChange={(warn_seconds) => onChange({ ...sessions, warn_seconds })}
        />
        <NumberField
          label={t("security.most")}
          help={t("security.mostHelp")}
          least={1}
          most={100}
          value={sessions.most_per_person}
          onChange={(most_per_person) => onChange({ ...sessions, most_per_person })}
        />
      </div>
      <ByRole times={sessions.by_role} usual={sessions.idle_minutes} onChange={(by_role) => onChange({ ...sessions, by_role })} />
    </section>
  );
}

type RoleTimes = Sessions["by_role"];

function ByRole(props: { times: RoleTimes; usual: number; onChange: (times: RoleTimes) => void }) {
  const { times } = props;
  const t = useT();
  const roles = useQuery(rolesQuery).data ?? [];
  const without = (id: string) => Object.fromEntries(Object.entries(times).filter(([role]) => role !== id));
  const left = roles.filter((role) => !(role.id in times));
  return (
    <>
      <h3>{t("security.byRole")}</h3>
      <p className="small soft">{t("security.byRoleHelp")}</p>
      {roles
        .filter((role) => role.id in times)
        .map((role) => (
          <div key={role.id} className={styles.inline}>
            <NumberField
              label={t("security.idleOf", { role: role.name })}
              least={1}
              most={60}
              value={times[role.id] ?? Number.NaN}
              onChange={(minutes) => props.onChange({ ...times, [role.id]: minutes })}
            />
            <Button
              kind="quiet"
              icon="close"
              label={t("security.byRoleRemove", { role: role.name })}
              onPress={() => props.onChange(without(role.id))}
            />
          </div>
        ))}
      {left.length > 0 ? (
        <div className={styles.inline}>
          <Choice
            label={t("security.byRoleAdd")}
            value=""
            onChange={(id: string) => {
              if (id) props.onChange({ ...times, [id]: props.usual });
            }}
            options={[{ value: "", label: t("security.byRoleChoose") }, ...left.map((role) => ({ value: role.id, label: role.name }))]}
          />
        </div>
      ) : null}
    </>
  );
}
