import type { SecurityPolicy } from "@/api/types";
import { useT } from "@/i18n";
import { Check } from "@/ui/Field";
import { Banner } from "@/ui/pieces";
import styles from "../admin.module.css";
import { NumberField } from "./NumberField";

type Rules = SecurityPolicy["password"];

/** Where the calendar begins when somebody insists: rarely. */
const FIRST_ROTATION_DAYS = 365;

/** What passwords must be. */
export function Passwords({ password, onChange }: { password: Rules; onChange: (password: Rules) => void }) {
  const t = useT();
  const days = password.rotation_days;
  return (
    <section className="panel">
      <h2>{t("security.passwords")}</h2>
      <div className={styles.inline}>
        <NumberField
          label={t("security.withSecond")}
          help={t("security.withSecondHelp")}
          least={8}
          most={64}
          value={password.min_with_second}
          onChange={(min_with_second) => onChange({ ...password, min_with_second })}
        />
        <NumberField
          label={t("security.alone")}
          help={t("security.aloneHelp")}
          least={15}
          most={64}
          value={password.min_alone}
          onChange={(min_alone) => onChange({ ...password, min_alone })}
        />
      </div>
      <Check
        label={t("security.rotate")}
        help={t("security.rotateHelp")}
        checked={days !== null}
        onChange={(on) => onChange({ ...password, rotation_days: on ? FIRST_ROTATION_DAYS : null })}
      />
      {days === null ? null : (
        <>
          <Banner tone="warn" live>
            {t("security.rotationWarning")}
          </Banner>
          <div className={styles.inline}>
            <NumberField
              label={t("security.rotation")}
              least={30}
              most={730}
              value={days}
              onChange={(rotation_days) => onChange({ ...password, rotation_days })}
            />
          </div>
        </>
      )}
    </section>
  );
}
