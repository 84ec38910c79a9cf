import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { PatientLine } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { patientsQuery } from "@/features/care/queries";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Chip, Failure, Skeleton } from "@/ui/pieces";
import styles from "./conversations.module.css";

/** The patient whom a conversation is about: one's own first, others when asked for. */
export function PatientPicker({ chosen, onChange }: { chosen: PatientLine | undefined; onChange: (chosen: PatientLine | undefined) => void }) {
  const t = useT();
  const formats = useFormats();
  const [words, setWords] = useState("");
  const [asked, setAsked] = useState("");
  const [looking, setLooking] = useState(false);
  const found = useQuery({ ...patientsQuery(asked), enabled: looking });
  if (chosen) {
    return (
      <div className="row">
        <Chip icon="people">{t("conversation.aboutName", { name: chosen.name })}</Chip>
        <Button small kind="quiet" icon="close" label={t("conversation.patientNot")} onPress={() => onChange(undefined)} />
      </div>
    );
  }
  if (!looking) return <Button icon="people" label={t("conversation.patientChoose")} onPress={() => setLooking(true)} />;
  const ask = () => setAsked(words.trim());
  return (
    <div className={styles.picker}>
      <div className="row">
        <TextField
          label={t("care.find")}
          help={t("conversation.patientHelp")}
          type="search"
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          value={words}
          onChange={setWords}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            ask();
          }}
        />
        <Button icon="search" label={t("care.findDo")} onPress={ask} />
      </div>
      {found.error && !found.data ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isPending ? <Skeleton rows={2} /> : null}
      {found.data?.length === 0 ? <p className="soft">{t(asked === "" ? "care.noneMine" : "care.none")}</p> : null}
      <ul className={styles.choices}>
        {found.data?.map((one) => (
          <li key={one.id}>
            <span className={styles.choiceName}>
              {one.name} <span className="small soft">{[one.birth_date ? formats.date(one.birth_date) : "", ...one.references].filter(Boolean).join(" · ")}</span>
            </span>
            <Button
              small
              label={t("conversation.patientTake")}
              aria-label={t("conversation.patientTakeName", { name: one.name })}
              onPress={() => onChange(one)}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
