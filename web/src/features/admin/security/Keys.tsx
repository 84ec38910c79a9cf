import { useQuery } from "@tanstack/react-query";
import type { SecurityPolicy } from "@/api/types";
import { useT } from "@/i18n";
import { Check } from "@/ui/Field";
import { rolesQuery } from "../lists";
import styles from "../admin.module.css";
import { NumberField } from "./NumberField";

/** For which roles a security key is the only way in. */
export function Keys({ policy, onChange }: { policy: SecurityPolicy; onChange: (policy: SecurityPolicy) => void }) {
  const t = useT();
  const roles = useQuery(rolesQuery).data ?? [];
  const keyed = policy.security_key_roles;
  return (
    <section className="panel">
      <h2>{t("security.keys")}</h2>
      <p className="small soft">{t("security.keysHelp")}</p>
      <div className={styles.checks}>
        {roles.map(({ id, name }) => (
          <Check
            key={id}
            label={name}
            checked={keyed.includes(id)}
            onChange={(on) => onChange({ ...policy, security_key_roles: on ? [...keyed, id].sort() : keyed.filter((one) => one !== id) })}
          />
        ))}
      </div>
      {keyed.length > 0 ? (
        <div className={styles.inline}>
          <NumberField
            label={t("security.keyGrace")}
            help={t("security.keyGraceHelp")}
            least={1}
            most={30}
            value={policy.security_key_grace_days}
            onChange={(security_key_grace_days) => onChange({ ...policy, security_key_grace_days })}
          />
        </div>
      ) : null}
    </section>
  );
}
