import { useState } from "react";
import { url } from "@/api/client";
import type { Id, MessageView } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import styles from "./reader.module.css";

/** Foreign HTML stays in a frame without origin, scripts or forms; the server sends it sanitised, with its own policy. */
export function HtmlFrame({ path, remote }: { path: string; remote: boolean }) {
  const t = useT();
  return (
    <iframe
      className={styles.frame}
      title={t("reader.frame")}
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      src={url(path, { remote: remote ? 1 : 0 })}
    />
  );
}

export function MessageBody({ mb, message }: { mb: Id; message: MessageView }) {
  const t = useT();
  const [asText, setAsText] = useState(false);
  const [remote, setRemote] = useState(false);
  if (!message.has_html) return <PlainText text={message.text} />;
  return (
    <div className={styles.bodyBox}>
      <div className={styles.bodyTools}>
        {asText || remote ? null : (
          <p>
            <Icon name="shield" size={16} /> {t("reader.remoteBlocked")}
          </p>
        )}
        {asText || remote ? null : <Button small label={t("reader.remoteShow")} onPress={() => setRemote(true)} />}
        <Button kind="quiet" small label={t(asText ? "reader.asHtml" : "reader.asText")} onPress={() => setAsText(!asText)} />
      </div>
      {asText ? (
        <PlainText text={message.text} />
      ) : (
        <>
          <HtmlFrame path={`/mailboxes/${mb}/messages/${message.id}/html`} remote={remote} />
          <p className="small soft">{t("reader.linkHint")}</p>
        </>
      )}
    </div>
  );
}

/** Text as written. Web addresses become links that show where they go, because the text is the address. */
export function PlainText({ text }: { text: string }) {
  const parts = text.split(/(https?:\/\/[^\s<>"']{1,2000}[^\s<>"'.,;:!?)\]}])/g);
  return (
    <div className={styles.text}>
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          <a key={index} href={part} target="_blank" rel="noopener noreferrer">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </div>
  );
}
