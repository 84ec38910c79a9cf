import { useState } from "react";
import type { Policy } from "@/api/types";
import { useT } from "@/i18n";
import { TextArea } from "@/ui/Field";
import { Exceptions } from "./Exceptions";
import { Numbers } from "./Numbers";
import styles from "../admin.module.css";

type Own = Policy["vocabulary"];

export interface VocabularyProps {
  own: Own;
  /** Names of those who added exceptions, by id. */
  names: Readonly<Record<string, string>>;
  editable: boolean;
  onChange: (own: Own) => void;
}

/** The organisation's own words, numbers and exceptions. */
export function Vocabulary(props: VocabularyProps) {
  const t = useT();
  const { own, editable, onChange } = props;
  return (
    <section className="panel">
      <h2>{t("policy.vocabulary")}</h2>
      <p className="small soft">{t("policy.vocabularyLead")}</p>
      <div className={styles.inline}>
        {(["conditions", "medicines"] as const).map((list) => (
          <Words
            key={list}
            label={t(`policy.${list}`)}
            help={t(`policy.${list}Help`)}
            words={own[list]}
            editable={editable}
            onChange={(words) => onChange({ ...own, [list]: words })}
          />
        ))}
      </div>
      <Numbers numbers={own.numbers} editable={editable} onChange={(numbers) => onChange({ ...own, numbers })} />
      <Exceptions {...props} />
    </section>
  );
}

const lines = (text: string) => text.split("\n").map((line) => line.trim()).filter((line) => line !== "");

/** One word on each line. What was typed stays as it was typed while it says the same. */
function Words(props: { label: string; help: string; words: readonly string[]; editable: boolean; onChange: (words: string[]) => void }) {
  const { words } = props;
  const [typed, setTyped] = useState(words.join("\n"));
  const same = lines(typed).join("\n") === words.join("\n");
  return (
    <TextArea
      label={props.label}
      help={props.help}
      rows={4}
      readOnly={!props.editable}
      autoComplete="off"
      spellCheck={false}
      value={same ? typed : words.join("\n")}
      onChange={(text) => {
        setTyped(text);
        props.onChange(lines(text));
      }}
    />
  );
}
