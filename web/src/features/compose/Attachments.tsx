import { useEffect, useRef, useState } from "react";
import { api, upload } from "@/api/client";
import type { AttachmentMeta } from "@/api/types";
import { useSummary } from "@/features/findings/FoundList";
import { groupsOf } from "@/features/findings/found";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { useProblemText } from "@/ui/problem";
import { useVoice } from "@/ui/toasts";
import { whyUnread } from "@/words/findings";
import { FILE_MAX_BYTES, withoutFile, type Upload } from "./editor";
import type { PlanState } from "./useDraftEditor";
import styles from "./compose.module.css";

type SetFiles = (change: (files: AttachmentMeta[]) => AttachmentMeta[]) => void;

export interface Uploads {
  running: Upload[];
  add: (files: Iterable<File>) => void;
}

/** Sends files one after another, with progress; each can be stopped. */
export function useUploads(draftId: string, setFiles: SetFiles): Uploads {
  const t = useT();
  const words = useProblemText();
  const { tell, announce } = useVoice();
  const [running, setRunning] = useState<Upload[]>([]);
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const next = useRef(1);

  const sendOne = async (file: File, key: string, stop: AbortController) => {
    if (stop.signal.aborted) return;
    try {
      const meta = await upload<AttachmentMeta>(
        `/drafts/${draftId}/attachments`,
        file,
        (share) => setRunning((all) => all.map((one) => (one.key === key ? { ...one, share } : one))),
        stop.signal,
      );
      setFiles((all) => [...all.filter((one) => one.id !== meta.id), meta]);
      announce(t("compose.fileAdded", { name: file.name }));
    } catch (error) {
      if (!stop.signal.aborted) tell(`${t("compose.fileFailed", { name: file.name })} ${words(error)}`);
    } finally {
      setRunning((all) => all.filter((one) => one.key !== key));
    }
  };
  const add = (files: Iterable<File>) => {
    for (const file of files) {
      if (file.size > FILE_MAX_BYTES) {
        tell(t("compose.fileTooLarge", { name: file.name }));
        continue;
      }
      const key = String(next.current++);
      const stop = new AbortController();
      const drop = () => {
        stop.abort();
        setRunning((all) => all.filter((one) => one.key !== key));
      };
      setRunning((all) => [...all, { key, name: file.name, share: 0, stop: drop }]);
      queue.current = queue.current.then(() => sendOne(file, key, stop));
    }
  };
  return { running, add };
}

export function Attachments(props: { draftId: string; files: AttachmentMeta[]; uploads: Uploads; setFiles: SetFiles; plan: PlanState }) {
  const { draftId, files, uploads, setFiles, plan } = props;
  const t = useT();
  const formats = useFormats();
  const words = useProblemText();
  const { tell } = useVoice();
  const picker = useRef<HTMLInputElement>(null);
  const place = useRef<HTMLElement>(null);
  const over = useDrop(place, uploads.add);
  const remove = async (file: AttachmentMeta) => {
    try {
      await api.delete(`/drafts/${draftId}/attachments/${file.id}`);
      setFiles((all) => withoutFile(all, file.id));
    } catch (error) {
      tell(words(error));
    }
  };
  return (
    <section ref={place} className={styles.files} aria-label={t("compose.files")} data-over={over}>
      {files.length + uploads.running.length > 0 ? (
        <ul>
          {files.map((file) => (
            <li key={file.id}>
              <Icon name="file" />
              <span className={styles.fileName}>
                {file.file_name} <small className="soft">{formats.size(file.size)}</small>
                <InFile plan={plan} id={file.id} />
              </span>
              <Button
                kind="quiet"
                small
                bare
                icon="close"
                label={t("compose.fileRemove", { name: file.file_name })}
                onPress={() => void remove(file)}
              />
            </li>
          ))}
          {uploads.running.map((one) => (
            <li key={one.key}>
              <Icon name="clock" />
              <span className={styles.fileName}>
                {one.name}
                <progress
                  value={one.share}
                  max={1}
                  aria-label={t("compose.uploading", { name: one.name, percent: Math.round(one.share * 100) })}
                />
              </span>
              <Button kind="quiet" small bare icon="close" label={t("compose.fileStop", { name: one.name })} onPress={one.stop} />
            </li>
          ))}
        </ul>
      ) : null}
      <div className="row">
        <Button small icon="clip" label={t("compose.attach")} onPress={() => picker.current?.click()} />
        <span className={`small soft ${styles.dropHint}`}>{t("compose.drop")}</span>
      </div>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        data-testid="files"
        aria-label={t("compose.attach")}
        onChange={(event) => {
          uploads.add([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </section>
  );
}

/** What was found in a file, or why it can't be read. */
function InFile({ plan, id }: { plan: PlanState; id: string }) {
  const t = useT();
  const summary = useSummary();
  const at = plan.of.files.findIndex((file) => file.id === id);
  const found = (plan.answer?.findings.spans ?? []).filter(({ part }) => at >= 0 && "index" in part && part.index === at);
  if (found.length === 0) return null;
  const unread = found.filter((one) => one.kind === "UNREADABLE");
  const read = found.filter((one) => one.kind !== "UNREADABLE");
  return (
    <>
      {read.length > 0 ? <span className={styles.inFile}>{t("found.summary", { what: summary(groupsOf(read, NO_TEXTS)) })}</span> : null}
      {unread.map((one, index) => (
        <span key={index} className={styles.inFile} data-tone="warn">
          <Icon name="warn" size={16} />
          {whyUnread(t, one.reason)}
        </span>
      ))}
    </>
  );
}

const NO_TEXTS = { subject: "", text: "" };

/** Takes files that are dropped on the element; says whether one hangs over it. The button beside it does the same. */
function useDrop(place: React.RefObject<HTMLElement | null>, add: (files: Iterable<File>) => void): boolean {
  const [over, setOver] = useState(false);
  const take = useRef(add);
  useEffect(() => {
    take.current = add;
  });
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const hang = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = () => setOver(false);
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer) take.current(event.dataTransfer.files);
    };
    element.addEventListener("dragover", hang);
    element.addEventListener("dragleave", leave);
    element.addEventListener("drop", drop);
    return () => {
      element.removeEventListener("dragover", hang);
      element.removeEventListener("dragleave", leave);
      element.removeEventListener("drop", drop);
    };
  }, [place]);
  return over;
}
