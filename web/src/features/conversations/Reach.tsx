import { useRef, useState } from "react";
import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import type { Conversation } from "@/conversations/protocol";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Icon } from "@/ui/Icon";
import { reachOfEach, type PersonReach, type Reach } from "./reach";
import { useMe, type MessageItem } from "./state";
import { iso } from "./words";
import styles from "./conversations.module.css";

/** Under one's newest message: how far it came, and for whom on asking. */
export function ReachButton({ message, reach, each }: { message: MessageItem; reach: Reach; each: readonly PersonReach[] }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const read = each.filter((one) => one.read !== null);
  const [only] = each;
  const label =
    reach === "waiting"
      ? t("conversation.reach.waiting")
      : reach === "some_read"
        ? t("conversation.readBySome", { read: read.length, count: each.length })
        : reach === "read" && only && each.length > 1
          ? t("conversation.readByAll")
          : t(`conversation.reach.${reach}`);
  if (message.state !== "sent" || each.length === 0) return <p className={styles.reachWords}>{label}</p>;
  return (
    <div className={styles.reach}>
      <Button
        ref={button}
        kind="quiet"
        small
        label={label}
        aria-label={t("conversation.reachOf", { reach: label })}
        aria-haspopup="dialog"
        aria-expanded={open}
        onPress={() => setOpen(!open)}
      />
      <Popover className="popover" placement="top end" triggerRef={button} isOpen={open} onOpenChange={setOpen}>
        <AriaDialog className={styles.reachList} aria-label={t("conversation.reachTitle")}>
          <ReachList each={each} />
        </AriaDialog>
      </Popover>
    </div>
  );
}

/** The same for any message of one's own. */
export function ReachDialog(props: { message: MessageItem | undefined; conversation: Conversation; onClose: () => void }) {
  const t = useT();
  const me = useMe();
  return (
    <Dialog title={t("conversation.reachTitle")} isOpen={props.message !== undefined} onClose={props.onClose}>
      {props.message ? <ReachList each={reachOfEach(props.message, props.conversation, me)} /> : null}
    </Dialog>
  );
}

function ReachList({ each }: { each: readonly PersonReach[] }) {
  const t = useT();
  const formats = useFormats();
  return (
    <ul className={styles.reachRows}>
      {each.map(({ member, read, delivered }) => (
        <li key={member.person}>
          <Icon name={read !== null ? "eye" : delivered !== null ? "checks" : "check"} size={16} />
          <strong>{member.name}</strong>
          <span className="soft">
            {read !== null
              ? t("conversation.readAt", { when: formats.full(iso(read)) })
              : delivered !== null
                ? t("conversation.deliveredAt", { when: formats.full(iso(delivered)) })
                : t(member.has_device ? "conversation.notDelivered" : "conversation.noDeviceShort")}
          </span>
        </li>
      ))}
    </ul>
  );
}
