import type { SecurityPolicy } from "@/api/types";
import { useT } from "@/i18n";
import { Check } from "@/ui/Field";
import { Banner } from "@/ui/pieces";
import styles from "../admin.module.css";
import { NumberField } from "./NumberField";

type Rules = SecurityPolicy["access"];

/** How tightly access to what is about patients follows care. */
export function Access({ access, onChange }: { access: Rules; onChange: (access: Rules) => void }) {
  const t = useT();
  return (
    <section className="panel">
      <h2>{t("security.access")}</h2>
      <Check
        label={t("security.strict")}
        help={t("security.strictHelp")}
        checked={access.strict}
        onChange={(strict) => onChange({ ...access, strict })}
      />
      {access.strict ? null : (
        <Banner tone="warn" live>
          {t("security.strictWarning")}
        </Banner>
      )}
      <Check
        label={t("security.correspondence")}
        checked={access.correspondence}
        onChange={(correspondence) => onChange({ ...access, correspondence })}
      />
      <Check
        label={t("security.duty")}
        help={t("security.dutyHelp")}
        checked={access.duty}
        onChange={(duty) => onChange({ ...access, duty })}
      />
      <div className={styles.inline}>
        <NumberField
          label={t("security.breakGlass")}
          least={5}
          most={720}
          value={access.break_glass_minutes}
          onChange={(break_glass_minutes) => onChange({ ...access, break_glass_minutes })}
        />
        <NumberField
          label={t("security.coverDays")}
          least={1}
          most={366}
          value={access.cover_days_max}
          onChange={(cover_days_max) => onChange({ ...access, cover_days_max })}
        />
      </div>
    </section>
  );
}
