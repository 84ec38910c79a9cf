import { useId, useState } from "react";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { ErrorLine } from "@/ui/Field";
import styles from "../admin.module.css";

/** A file in memory, to try a policy on. */
export interface TrialFile {
  name: string;
  /** Base64. */
  content: string;
}

const MOST_BYTES = 1 << 20;

function read(file: File): Promise<TrialFile> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error ?? new Error("unreadable"));
    reader.onload = () => {
      const url = typeof reader.result === "string" ? reader.result : "";
      resolve({ name: file.name, content: url.slice(url.indexOf(",") + 1) });
    };
    reader.readAsDataURL(file);
  });
}

/** One file, chosen or dropped; it leaves the page only to be looked at. */
export function FileDrop({ file, onChange }: { file: TrialFile | null; onChange: (file: TrialFile | null) => void }) {
  const t = useT();
  const id = useId();
  const [large, setLarge] = useState(false);
  const take = (one: File | undefined) => {
    if (!one) return;
    setLarge(one.size > MOST_BYTES);
    if (one.size <= MOST_BYTES) void read(one).then(onChange, () => onChange(null));
  };
  if (file) {
    return (
      <p className={styles.dropped}>
        {t("try.file")}: <strong>{file.name}</strong>
        <Button kind="quiet" small icon="trash" bare label={t("try.fileRemove")} onPress={() => onChange(null)} />
      </p>
    );
  }
  return (
    // A file field takes what is dropped on it, in every browser.
    <div className={styles.drop}>
      <label htmlFor={id}>{t("try.fileDrop")}</label>
      <input
        id={id}
        type="file"
        aria-describedby={large ? `${id}-error` : undefined}
        onChange={(event) => {
          take(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      <ErrorLine id={`${id}-error`} text={large ? t("try.fileTooLarge") : undefined} />
    </div>
  );
}
