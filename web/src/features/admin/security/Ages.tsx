import type { SecurityPolicy } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Choice, TextField } from "@/ui/Field";
import { Banner } from "@/ui/pieces";
import styles from "../admin.module.css";
import { NumberField } from "./NumberField";

type Rules = SecurityPolicy["ages"];
type Band = Rules["bands"][number];
const PARENTS: readonly Band["parent"][] = ["acts", "with_consent", "only_by_mandate"];

/** Each band begins later, and lets parents do less, than the one before. */
export const bandsAreSound = (bands: readonly Band[]) =>
  bands[0]?.from_years === 0 &&
  bands.every(
    (one, n) =>
      n === 0 ||
      (one.from_years > (bands[n - 1]?.from_years ?? 0) && PARENTS.indexOf(one.parent) > PARENTS.indexOf(bands[n - 1]?.parent ?? "acts")),
  );

/** From which age on who may act for a patient. */
export function Ages({ ages, onChange }: { ages: Rules; onChange: (ages: Rules) => void }) {
  const t = useT();
  const { bands } = ages;
  const put = (n: number, band: Band) => onChange({ ...ages, bands: bands.map((one, at) => (at === n ? band : one)) });
  const last = bands[bands.length - 1];
  return (
    <section className="panel">
      <h2>{t("ages.title")}</h2>
      <p>{t("ages.lead")}</p>
      {bands.map((band, n) => (
        // A band has no name but its place.
        <fieldset key={n} className={styles.band}>
          <legend className="only-read">{t("ages.band", { n: n + 1 })}</legend>
          <NumberField
            label={t("ages.from")}
            least={n === 0 ? 0 : 1}
            most={n === 0 ? 0 : 30}
            value={band.from_years}
            onChange={(from_years) => put(n, { ...band, from_years })}
          />
          <Choice
            label={t("ages.parent")}
            value={band.parent}
            onChange={(parent) => put(n, { ...band, parent })}
            options={PARENTS.map((value) => ({ value, label: t(`ages.parent.${value}`) }))}
          />
          {n > 0 ? (
            <Button
              kind="quiet"
              small
              icon="trash"
              label={t("ages.remove")}
              aria-label={t("ages.removeOf", { n: n + 1 })}
              onPress={() => onChange({ ...ages, bands: bands.filter((_, at) => at !== n) })}
            />
          ) : null}
        </fieldset>
      ))}
      {bands.length < PARENTS.length && last ? (
        <div className="row">
          <Button
            small
            icon="plus"
            label={t("ages.add")}
            onPress={() => onChange({ ...ages, bands: [...bands, { from_years: last.from_years + 4, parent: "only_by_mandate" }] })}
          />
        </div>
      ) : null}
      {bandsAreSound(bands) ? null : (
        <Banner tone="warn" live>
          {t("ages.unsound")}
        </Banner>
      )}
      <TextField
        label={t("ages.zone")}
        help={t("ages.zoneHelp")}
        autoComplete="off"
        value={ages.time_zone}
        onChange={(time_zone) => onChange({ ...ages, time_zone })}
      />
    </section>
  );
}
