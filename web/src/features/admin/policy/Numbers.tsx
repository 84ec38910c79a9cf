import { useState } from "react";
import type { Checksum, FindingKind, OwnNumber } from "@/api/types";
import { useT } from "@/i18n";
import { Choice, TextField } from "@/ui/Field";
import { Adding, OwnList } from "./OwnList";

const CHECKSUMS: readonly Checksum[] = ["none", "eleven", "mod11", "luhn", "mod97", "iso7064_11_2", "iso7064_37_2"];
/** What an own number may be (crates/core/src/people/vocabulary.rs). */
const KINDS: readonly FindingKind[] = ["MRN", "BSN", "NHS", "SSN", "INSURANCE", "ACCOUNT", "DEVICE"];
const EMPTY: OwnNumber = { name: "", pattern: "", checksum: "none", kind: "MRN" };

/** The organisation's own kinds of number. */
export function Numbers(props: { numbers: readonly OwnNumber[]; editable: boolean; onChange: (numbers: OwnNumber[]) => void }) {
  const t = useT();
  return (
    <OwnList
      title={t("policy.numbers")}
      help={t("policy.numbersHelp")}
      none={t("policy.numbersNone")}
      items={props.numbers}
      told={(one) => <Told one={one} />}
      called={(one) => one.name}
      add={t("policy.numberAdd")}
      form={(onAdd, onCancel) => <AddNumber onAdd={onAdd} onCancel={onCancel} />}
      editable={props.editable}
      onChange={props.onChange}
    />
  );
}

function Told({ one }: { one: OwnNumber }) {
  const t = useT();
  return (
    <div>
      <strong>{one.name}</strong> <span className="small soft">{t(`finding.${one.kind}`)}</span>
      <p>
        <code>{one.pattern}</code> {one.checksum === "none" ? null : <span className="small">{t(`checksum.${one.checksum}`)}</span>}
      </p>
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
    <Adding legend={t("policy.numberAdding")} onAdd={add} onCancel={onCancel}>
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
    </Adding>
  );
}
