import type { Policy } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Check, TextField } from "@/ui/Field";
import { CATEGORIES } from "../policyDiff";
import styles from "../admin.module.css";

/** The numbers of a policy with their bounds. */
const BOUNDS = { many_from: [2, 1000], pickup_days: [1, 365], remind_hours: [0, 168] } as const;
type Measure = keyof typeof BOUNDS;

const within = (policy: Policy, measure: Measure) => {
  const [least, most] = BOUNDS[measure];
  return Number.isInteger(policy[measure]) && policy[measure] >= least && policy[measure] <= most;
};

export const measuresHold = (policy: Policy): boolean => (Object.keys(BOUNDS) as Measure[]).every((one) => within(policy, one));

interface Props {
  policy: Policy;
  onChange: (policy: Policy) => void;
}

/** What counts as many, and which kinds of health information are special. */
export function Measures(props: Props) {
  const t = useT();
  const { policy, onChange } = props;
  const has = (one: (typeof CATEGORIES)[number]) => policy.special_categories.includes(one);
  return (
    <>
      <h2>{t("policy.measures")}</h2>
      <div className={styles.inline}>
        <Whole {...props} measure="many_from" label={t("policy.many")} help={t("policy.manyHelp")} />
      </div>
      <fieldset className={styles.checks}>
        <legend>
          {t("policy.categories")} <span className="small soft">{t("policy.categoriesHelp")}</span>
        </legend>
        {CATEGORIES.map((one) => (
          <Check
            key={one}
            label={t(`special.${one}`)}
            checked={has(one)}
            onChange={(on) =>
              onChange({ ...policy, special_categories: CATEGORIES.filter((each) => (each === one ? on : has(each))) })
            }
          />
        ))}
      </fieldset>
    </>
  );
}

/** Pick-up, first contacts, review. */
export function Handling(props: Props) {
  const t = useT();
  const { policy, onChange } = props;
  return (
    <>
      <h2>{t("policy.handling")}</h2>
      <div className={styles.inline}>
        <Whole {...props} measure="pickup_days" label={t("policy.days")} help={t("policy.daysHelp")} />
        <Whole {...props} measure="remind_hours" label={t("policy.remind")} help={t("policy.remindHelp")} />
      </div>
      <Check
        label={t("policy.confirm")}
        help={t("policy.confirmHelp")}
        checked={policy.confirm_first_contact}
        onChange={(on) => onChange({ ...policy, confirm_first_contact: on })}
      />
      <Check
        label={t("policy.fourEyes")}
        help={t("policy.fourEyesHelp")}
        checked={policy.four_eyes}
        onChange={(on) => onChange({ ...policy, four_eyes: on })}
      />
    </>
  );
}

function Whole({ policy, onChange, measure, label, help }: Props & { measure: Measure; label: string; help: string }) {
  const t = useT();
  const [least, most] = BOUNDS[measure];
  const value = policy[measure];
  return (
    <TextField
      label={label}
      help={help}
      error={within(policy, measure) ? undefined : t("policy.rangeError", { least, most })}
      type="number"
      min={least}
      max={most}
      value={Number.isNaN(value) ? "" : String(value)}
      onChange={(text) => onChange({ ...policy, [measure]: text === "" ? Number.NaN : Number(text) })}
    />
  );
}

/** The same, for those who may only read. */
export function Facts({ policy }: { policy: Policy }) {
  const t = useT();
  const formats = useFormats();
  const yes = (on: boolean) => t(on ? "policy.yes" : "policy.no");
  const special = policy.special_categories.map((one) => t(`special.${one}`));
  const facts = [
    ["policy.many", String(policy.many_from)],
    ["policy.categories", special.length > 0 ? formats.list(special) : "–"],
    ["policy.days", String(policy.pickup_days)],
    ["policy.remind", policy.remind_hours === 0 ? t("policy.never") : String(policy.remind_hours)],
    ["policy.confirm", yes(policy.confirm_first_contact)],
    ["policy.fourEyes", yes(policy.four_eyes)],
  ] as const;
  return (
    <dl className="facts">
      {facts.map(([what, value]) => (
        <div key={what} className="fact">
          <dt>{t(what)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
