import { useState } from "react";
import type { Id, MessageView } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { HtmlFrame, PlainText } from "@/ui/Content";
import { Icon } from "@/ui/Icon";
import styles from "./reader.module.css";

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
