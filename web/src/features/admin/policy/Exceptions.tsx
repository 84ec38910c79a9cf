import { useState } from "react";
import type { FindingKind, PolicyException } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Choice, TextField } from "@/ui/Field";
import { Chip } from "@/ui/pieces";
import { sameException } from "../policyDiff";
import type { VocabularyProps } from "./Vocabulary";
import styles from "../admin.module.css";

const KINDS: readonly FindingKind[] = [
  "PERSON", "DOB", "DATE", "PHONE", "EMAIL", "ADDRESS", "MRN", "SSN", "BSN", "NHS", "NPI", "INSURANCE", "ACCOUNT", "CARD", "IP",
  "URL", "DEVICE", "PLATE", "DIAGNOSIS", "MEDICATION", "LAB",
];
const EMPTY: PolicyException = { text: "", kind: null, why: "", until: null, added_by: null, added_at: null };

/** Texts that are no finding here: with who said so, why, and until when. */
export function Exceptions({ own, names, editable, onChange }: VocabularyProps) {
  const t = useT();
  const { exceptions } = own;
  const [adding, setAdding] = useState(false);
  const put = (all: PolicyException[]) => onChange({ ...own, exceptions: all });
  return (
    <div className={styles.own}>
      <h3>{t("policy.exceptions")}</h3>
      <p className="small soft">
        {exceptions.length > 0 ? t("policy.exceptionsHelp") : `${t("policy.exceptionsHelp")} ${t("policy.exceptionsNone")}`}
      </p>
      <ul className={styles.ownList}>
        {exceptions.map((one, index) => (
          <li key={index}>
            <Told one={one} name={one.added_by ? names[one.added_by] : undefined} />
            {editable ? (
              <Button
                kind="quiet"
                small
                icon="trash"
                bare
                label={t("policy.remove", { what: one.text })}
                onPress={() => put(exceptions.filter((_, at) => at !== index))}
              />
            ) : null}
          </li>
        ))}
      </ul>
      {editable && adding ? (
        <AddException
          onAdd={(one) => {
            put([...exceptions.filter((known) => !sameException(known, one)), one]);
            setAdding(false);
          }}
          onCancel={() => setAdding(false)}
        />
      ) : null}
      {editable && !adding ? <Button small icon="plus" label={t("policy.exceptionAdd")} onPress={() => setAdding(true)} /> : null}
    </div>
  );
}

function Told({ one, name }: { one: PolicyException; name: string | undefined }) {
  const t = useT();
  const formats = useFormats();
  const over = one.until !== null && one.until < new Date().toLocaleDateString("sv");
  return (
    <div>
      <strong>{one.text}</strong>{" "}
      <span className="small soft">{one.kind ? t(`finding.${one.kind}`) : t("policy.exceptionAny")}</span>{" "}
      {one.until ? (
        <Chip tone={over ? "warn" : "plain"} icon="clock">
          {t(over ? "policy.exceptionOver" : "policy.exceptionUntilDay", { day: formats.date(one.until) })}
        </Chip>
      ) : null}
      <p>{one.why}</p>
      <p className="small soft">
        {one.added_at ? t("policy.exceptionBy", { name: name ?? "–", when: formats.day(one.added_at) }) : t("policy.exceptionNew")}
      </p>
    </div>
  );
}

function AddException({ onAdd, onCancel }: { onAdd: (one: PolicyException) => void; onCancel: () => void }) {
  const t = useT();
  const [one, setOne] = useState(EMPTY);
  const [tried, setTried] = useState(false);
  const missing = (text: string) => (tried && text.trim() === "" ? t("policy.needed") : undefined);
  const add = () => {
    if (one.text.trim() === "" || one.why.trim() === "") setTried(true);
    else onAdd({ ...one, text: one.text.trim(), why: one.why.trim() });
  };
  return (
    <fieldset className={styles.adding}>
      <legend>{t("policy.exceptionAdding")}</legend>
      <div className={styles.inline}>
        <TextField
          label={t("policy.exceptionText")}
          maxLength={200}
          autoComplete="off"
          error={missing(one.text)}
          value={one.text}
          onChange={(text) => setOne({ ...one, text })}
        />
        <Choice
          label={t("policy.exceptionKind")}
          value={one.kind ?? ""}
          options={[
            { value: "" as const, label: t("policy.exceptionAny") },
            ...KINDS.map((value) => ({ value, label: t(`finding.${value}`) })),
          ]}
          onChange={(kind) => setOne({ ...one, kind: kind === "" ? null : kind })}
        />
        <TextField
          label={t("policy.exceptionWhy")}
          maxLength={300}
          error={missing(one.why)}
          value={one.why}
          onChange={(why) => setOne({ ...one, why })}
        />
        <TextField
          label={t("policy.exceptionUntil")}
          type="date"
          value={one.until ?? ""}
          onChange={(until) => setOne({ ...one, until: until === "" ? null : until })}
        />
      </div>
      <div className="row">
        <Button kind="primary" small label={t("policy.add")} onPress={add} />
        <Button kind="quiet" small label={t("do.cancel")} onPress={onCancel} />
      </div>
    </fieldset>
  );
}
