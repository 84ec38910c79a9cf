import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { blockedPictures } from "@/api/client";
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
  const blocked = useQuery({
    queryKey: ["blocked", mb, message.id],
    queryFn: ({ signal }) => blockedPictures(`/mailboxes/${mb}/messages/${message.id}/html`, signal),
    enabled: message.has_html,
    staleTime: Infinity,
    retry: false,
  });
  if (!message.has_html) return <PlainText text={message.text} />;
  const quiet = asText || remote || blocked.isPending || blocked.data === 0;
  return (
    <div className={styles.bodyBox}>
      <div className={styles.bodyTools} data-quiet={quiet}>
        {quiet ? null : (
          <p>
            <Icon name="shield" size={16} /> {t("reader.remoteBlocked")}
          </p>
        )}
        {quiet ? null : <Button small label={t("reader.remoteShow")} onPress={() => setRemote(true)} />}
        <Button kind="quiet" small label={t(asText ? "reader.asHtml" : "reader.asText")} onPress={() => setAsText(!asText)} />
      </div>
      {asText ? (
        <PlainText text={message.text} />
      ) : (
        <>
          <HtmlFrame path={`/mailboxes/${mb}/messages/${message.id}/html`} remote={remote} text={message.text} />
          <p className={`small soft ${styles.linkHint}`}>{t("reader.linkHint")}</p>
        </>
      )}
    </div>
  );
}
