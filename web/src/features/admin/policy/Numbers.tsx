import { useState } from "react";
import type { Checksum, FindingKind, OwnNumber } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Choice, TextField } from "@/ui/Field";
import styles from "../admin.module.css";

const CHECKSUMS: readonly Checksum[] = ["none", "eleven", "mod11", "luhn", "mod97", "iso7064_11_2", "iso7064_37_2"];
/** What an own number may be (crates/core/src/people/vocabulary.rs). */
const KINDS: readonly FindingKind[] = ["MRN", "BSN", "NHS", "SSN", "INSURANCE", "ACCOUNT", "DEVICE"];
const EMPTY: OwnNumber = { name: "", pattern: "", checksum: "none", kind: "MRN" };

/** The organisation's own kinds of number. */
export function Numbers(props: { numbers: readonly OwnNumber[]; editable: boolean; onChange: (numbers: OwnNumber[]) => void }) {
  const t = useT();
  const { numbers, editable, onChange } = props;
  const [adding, setAdding] = useState(false);
  return (
    <div className={styles.own}>
      <h3>{t("policy.numbers")}</h3>
      <p className="small soft">{numbers.length > 0 ? t("policy.numbersHelp") : `${t("policy.numbersHelp")} ${t("policy.numbersNone")}`}</p>
      <ul className={styles.ownList}>
        {numbers.map((one, index) => (
          <li key={index}>
            <div>
              <strong>{one.name}</strong> <span className="small soft">{t(`finding.${one.kind}`)}</span>
              <p>
                <code>{one.pattern}</code> {one.checksum === "none" ? null : <span className="small">{t(`checksum.${one.checksum}`)}</span>}
              </p>
            </div>
            {editable ? (
              <Button
                kind="quiet"
                small
                icon="trash"
                bare
                label={t("policy.remove", { what: one.name })}
                onPress={() => onChange(numbers.filter((_, at) => at !== index))}
              />
            ) : null}
          </li>
        ))}
      </ul>
      {editable && adding ? (
        <AddNumber
          onAdd={(one) => {
            onChange([...numbers, one]);
            setAdding(false);
          }}
          onCancel={() => setAdding(false)}
        />
      ) : null}
      {editable && !adding ? <Button small icon="plus" label={t("policy.numberAdd")} onPress={() => setAdding(true)} /> : null}
    </div>
  );
}

function AddNumber({ onAdd, onCancel }: { onAdd: (one: OwnNumber) => void; onCancel: () => void }) {
  const t = useT();
  const [one, setOne] = useState(EMPTY);
  const [tried, setTried] = useState(false);
  const missing = (text: string) => (tried && text.trim() === "" ? t("policy.needed") : undefined);
  const add = () => {
    if (one.name.trim() === "" || one.pattern.trim() === "") setTried(true);
    else onAdd({ ...one, name: one.name.trim(), pattern: one.pattern.trim() });
  };
  return (
    <fieldset className={styles.adding}>
      <legend>{t("policy.numberAdding")}</legend>
      <div className={styles.inline}>
        <TextField
          label={t("policy.numberName")}
          maxLength={60}
          autoComplete="off"
          error={missing(one.name)}
          value={one.name}
          onChange={(name) => setOne({ ...one, name })}
        />
        <TextField
          label={t("policy.numberPattern")}
          help={t("policy.numberPatternHelp")}
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          error={missing(one.pattern)}
          value={one.pattern}
          onChange={(pattern) => setOne({ ...one, pattern })}
        />
        <Choice
          label={t("policy.numberChecksum")}
          value={one.checksum}
          options={CHECKSUMS.map((value) => ({ value, label: t(`checksum.${value}`) }))}
          onChange={(checksum) => setOne({ ...one, checksum })}
        />
        <Choice
          label={t("policy.numberKind")}
          value={one.kind}
          options={KINDS.map((value) => ({ value, label: t(`finding.${value}`) }))}
          onChange={(kind) => setOne({ ...one, kind })}
        />
      </div>
      <div className="row">
        <Button kind="primary" small label={t("policy.add")} onPress={add} />
        <Button kind="quiet" small label={t("do.cancel")} onPress={onCancel} />
      </div>
    </fieldset>
  );
}
