import { useRef, useState } from "react";
import { api, isProblem, newKey, upload } from "@/api/client";
import type { AttachmentMeta } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { ErrorLine, TextArea } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { useProblemText } from "@/ui/problem";
import { Act } from "./pieces";
import styles from "./pickup.module.css";

const FILE_MAX_BYTES = 25 * 1024 * 1024;

interface Sending {
  key: number;
  name: string;
  share: number;
}

export function Reply({ sender, onSent, onAgain }: { sender: string; onSent: () => void; onAgain: () => void }) {
  const t = useT();
  const formats = useFormats();
  const words = useProblemText();
  const [text, setText] = useState("");
  const [files, setFiles] = useState<AttachmentMeta[]>([]);
  const [sending, setSending] = useState<Sending[]>([]);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const [done, setDone] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  // One key a reply: sending again after a lost answer does not send twice.
  const key = useRef(newKey());
  const next = useRef(1);

  const failed = (error: unknown, said = "") => {
    if (isProblem(error, "unauthenticated")) onAgain();
    else setFault(`${said} ${words(error)}`.trim());
  };
  const attach = async (chosen: readonly File[]) => {
    for (const file of chosen) {
      if (file.size > FILE_MAX_BYTES) {
        setFault(t("pickup.fileTooLarge", { name: file.name }));
        continue;
      }
      const id = next.current++;
      setSending((all) => [...all, { key: id, name: file.name, share: 0 }]);
      try {
        const meta = await upload<AttachmentMeta>(
          "/pickup/reply-files",
          file,
          (share) => setSending((all) => all.map((one) => (one.key === id ? { ...one, share } : one))),
          new AbortController().signal,
        );
        setFiles((all) => [...all, meta]);
      } catch (error) {
        failed(error, t("pickup.fileFailed", { name: file.name }));
      } finally {
        setSending((all) => all.filter((one) => one.key !== id));
      }
    }
  };
  const remove = async (file: AttachmentMeta) => {
    setFiles((all) => all.filter((one) => one.id !== file.id));
    await api.delete(`/pickup/reply-files/${file.id}`).catch(failed);
  };
  const send = async () => {
    if (busy) return;
    if (text.trim() === "" && files.length === 0) {
      setFault(t("pickup.replyEmpty"));
      return;
    }
    setBusy(true);
    setFault(undefined);
    try {
      await api.post("/pickup/reply", { text, files: files.map((file) => file.id) }, { idempotencyKey: key.current });
      key.current = newKey();
      setText("");
      setFiles([]);
      setDone(true);
      onSent();
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      className={`${styles.card} ${styles.form}`}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h2>{t("pickup.replyTitle", { sender })}</h2>
      <p className="small soft">{t("pickup.replyLead")}</p>
      <TextArea
        label={t("pickup.replyText")}
        hideLabel
        rows={5}
        maxLength={100_000}
        value={text}
        onChange={(typed) => {
          setText(typed);
          setDone(false);
        }}
      />
      {files.length + sending.length > 0 ? (
        <ul className={styles.attached}>
          {files.map((file) => (
            <li key={file.id}>
              <Icon name="file" />
              <span>
                {file.file_name} <small className="soft">{formats.size(file.size)}</small>
              </span>
              <Act
                kind="quiet"
                icon="close"
                bare
                label={t("pickup.fileRemove", { name: file.file_name })}
                onPress={() => void remove(file)}
              />
            </li>
          ))}
          {sending.map((one) => (
            <li key={one.key}>
              <Icon name="clock" />
              <span>
                {one.name}
                <progress
                  value={one.share}
                  max={1}
                  aria-label={t("pickup.fileSending", { name: one.name, percent: Math.round(one.share * 100) })}
                />
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      <Act icon="clip" wide label={t("pickup.attach")} onPress={() => picker.current?.click()} />
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={t("pickup.attach")}
        onChange={(event) => {
          void attach([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <ErrorLine text={fault} />
      <Act
        kind="primary"
        icon="sent"
        wide
        submit
        label={busy ? t("pickup.busy") : t("pickup.replySend")}
        busy={busy}
        disabled={sending.length > 0}
      />
      <p role="status" className={styles.done} data-shown={done}>
        {done ? t("pickup.replySent") : ""}
      </p>
    </form>
  );
}
