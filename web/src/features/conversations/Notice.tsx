import type { Conversation } from "@/conversations/protocol";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Icon, type IconName } from "@/ui/Icon";
import type { DetailsPart } from "./Details";
import { useMe, type NoticeItem } from "./state";
import { iso, noticeText } from "./words";
import styles from "./conversations.module.css";

const ICONS: Record<NoticeItem["notice"], IconName> = {
  begun: "chat",
  added: "plus",
  removed: "out",
  left: "out",
  closed: "lock",
  reopened: "unlock",
  subject: "pen",
  keys_changed: "key",
};

/** What happened in the conversation, in a line. */
export function Notice(props: { notice: NoticeItem; conversation: Conversation; onDetails: (part: DetailsPart) => void }) {
  const { notice, conversation } = props;
  const t = useT();
  const formats = useFormats();
  const me = useMe();
  const at = iso(notice.at);
  const whose = notice.persons.find((one) => one !== me);
  return (
    <li className={styles.notice} data-seq={notice.seq} data-notice={notice.notice}>
      <Icon name={ICONS[notice.notice]} size={15} />
      <span>{noticeText(notice, conversation.members, me, t, formats)}</span>
      <time dateTime={at} title={formats.full(at)}>
        {formats.time(at)}
      </time>
      {notice.notice === "keys_changed" && whose ? (
        <Button kind="quiet" small label={t("conversation.safetyLook")} onPress={() => props.onDetails({ kind: "safety", person: whose })} />
      ) : null}
    </li>
  );
}
