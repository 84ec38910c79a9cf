import type { Id, MessageView } from "@/api/types";
import { FoundList, sendAlarm, useAlarms } from "@/features/findings/FoundList";
import { useAllWords, useT } from "@/i18n";
import styles from "./reader.module.css";

/** What was found in a message that was sent from here; what is none can be reported. */
export function SentFindings({ mb, message }: { mb: Id; message: MessageView }) {
  const ready = useAllWords();
  return ready ? <Inner mb={mb} message={message} /> : null;
}

function Inner({ mb, message }: { mb: Id; message: MessageView }) {
  const t = useT();
  const alarms = useAlarms((finding, claim, note) => sendAlarm(`/mailboxes/${mb}/messages/${message.id}`, finding, claim, note));
  const { findings } = message;
  if (!findings || findings.spans.length === 0) return null;
  return (
    <details className={styles.sentFound}>
      <summary>{t("found.open")}</summary>
      <FoundList
        findings={findings.spans}
        sensitivity={findings.sensitivity}
        files={message.files}
        texts={message}
        alarms={alarms}
      />
    </details>
  );
}
