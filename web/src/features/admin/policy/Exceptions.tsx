import { useState } from "react";
import type { FindingKind, PolicyException } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Choice, TextField } from "@/ui/Field";
import { Chip } from "@/ui/pieces";
import { sameException } from "../policyDiff";
import { Adding, OwnList } from "./OwnList";
import type { VocabularyProps } from "./Vocabulary";

const KINDS: readonly FindingKind[] = [
  "PERSON", "DOB", "DATE", "PHONE", "EMAIL", "ADDRESS", "MRN", "SSN", "BSN", "NHS", "NPI", "INSURANCE", "ACCOUNT", "CARD", "IP",
  "URL", "DEVICE", "PLATE", "DIAGNOSIS", "MEDICATION", "LAB",
];
const EMPTY: PolicyException = { text: "", kind: null, why: "", until: null, added_by: null, added_at: null };

/** Texts that are no finding here: with who said so, why, and until when. */
export function Exceptions({ own, names, editable, onChange }: VocabularyProps) {
  const t = useT();
  return (
    <OwnList
      title={t("policy.exceptions")}
      help={t("policy.exceptionsHelp")}
      none={t("policy.exceptionsNone")}
      items={own.exceptions}
      told={(one) => <Told one={one} name={one.added_by ? names[one.added_by] : undefined} />}
      called={(one) => one.text}
      add={t("policy.exceptionAdd")}
      form={(onAdd, onCancel) => <AddException onAdd={onAdd} onCancel={onCancel} />}
      editable={editable}
      onChange={(all) => onChange({ ...own, exceptions: eachOnce(all) })}
    />
  );
}

/** The last of those that say the same. */
function eachOnce(all: readonly PolicyException[]): PolicyException[] {
  return all.filter((one, at) => !all.slice(at + 1).some((later) => sameException(one, later)));
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
    <Adding legend={t("policy.exceptionAdding")} onAdd={add} onCancel={onCancel}>
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
    </Adding>
  );
}
