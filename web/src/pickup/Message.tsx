import { useState } from "react";
import type { PickupMessage } from "@/api/types";
import { useFormats, useT, type Formats } from "@/i18n";
import { Files, HtmlFrame, PlainText } from "@/ui/Content";
import { Icon } from "@/ui/Icon";
import { saveFile } from "@/ui/saveFile";
import { Act } from "./pieces";
import { Reply } from "./Reply";
import styles from "./pickup.module.css";

interface Props {
  message: PickupMessage;
  /** The visit has ended: the second factor must be passed again. */
  onAgain: () => void;
  onChanged: () => void;
  onClose: () => void;
}

export function Message({ message, onAgain, onChanged, onClose }: Props) {
  const t = useT();
  const formats = useFormats();
  const [asText, setAsText] = useState(!message.has_html);
  const [remote, setRemote] = useState(false);
  const from = message.sender.name || message.sender.address;
  const sender = message.written_by ? t("party.onBehalf", { by: message.written_by, name: from }) : from;
  return (
    <>
      <article className={styles.card}>
        <header className={styles.head}>
          <h2>{message.subject}</h2>
          <p>
            <strong>{t("pickup.from", { sender, org: message.org_name })}</strong>
            <br />
            <span className="small soft">{message.sender.address}</span>
            <br />
            <time className="small soft" dateTime={message.at}>
              {t("pickup.sentAt", { when: formats.full(message.at) })}
            </time>
          </p>
        </header>
        {asText ? (
          <PlainText text={message.text} />
        ) : (
          <>
            {remote ? null : (
              <p className="small soft">
                {t("reader.remoteBlocked")}{" "}
                <button type="button" className={styles.linkish} onClick={() => setRemote(true)}>
                  {t("reader.remoteShow")}
                </button>
              </p>
            )}
            <HtmlFrame path="/pickup/message/html" remote={remote} text={message.text} />
          </>
        )}
        <Files files={message.files} path={(file) => `/pickup/attachments/${file.id}`} />
        <div className={styles.keep} role="group" aria-label={t("pickup.actions")}>
          {message.has_html ? (
            <Act kind="quiet" icon="file" label={t(asText ? "reader.asHtml" : "reader.asText")} onPress={() => setAsText(!asText)} />
          ) : null}
          <Act kind="quiet" icon="download" label={t("pickup.save")} onPress={() => save(message, formats)} />
          <Act kind="quiet" icon="log" label={t("pickup.print")} onPress={() => window.print()} />
        </div>
      </article>
      {message.replies.length > 0 ? (
        <section className={styles.card} aria-label={t("pickup.replies")}>
          <h2>{t("pickup.replies")}</h2>
          <ol className={styles.replies}>
            {message.replies.map((reply) => (
              <li key={reply.at}>
                <time className="small soft" dateTime={reply.at}>
                  {formats.full(reply.at)}
                </time>
                <PlainText text={reply.text} />
                {reply.files.map((file) => (
                  <p key={file.id} className={styles.replyFile}>
                    <Icon name="clip" size={16} /> {file.file_name} <small className="soft">{formats.size(file.size)}</small>
                  </p>
                ))}
              </li>
            ))}
          </ol>
        </section>
      ) : null}
      {message.can_reply ? <Reply sender={from} onSent={onChanged} onAgain={onAgain} /> : null}
      <Act icon="lock" wide label={t("pickup.close")} onPress={onClose} />
      <p className="small soft">{t("pickup.until", { day: formats.day(message.expires_at) })}</p>
    </>
  );
}

/** The message in an open format, made on the guest's own device. */
function save(message: PickupMessage, formats: Formats): void {
  const { sender } = message;
  const text = [
    `${sender.name} <${sender.address}>, ${message.org_name}`,
    formats.full(message.at),
    message.subject,
    "",
    message.text,
    "",
  ].join("\n");
  const name = message.subject.replace(/[^\p{L}\p{N} -]+/gu, "").trim().slice(0, 60);
  saveFile(`${name || "message"}.txt`, text);
}
