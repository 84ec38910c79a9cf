import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { useVoice } from "@/ui/toasts";
import { Face, Fault } from "./pieces";
import { useConversationList, useConversationsClient, useMe, type MessageItem } from "./state";
import { titleOf } from "./words";
import styles from "./conversations.module.css";

/** To which conversation a message goes on. */
export function Forward({ message, from, onClose }: { message: MessageItem; from: string; onClose: () => void }) {
  const t = useT();
  const formats = useFormats();
  const me = useMe();
  const client = useConversationsClient();
  const { tell } = useVoice();
  const [finding, setFinding] = useState("");
  const list = useConversationList();
  const wanted = finding.trim().toLocaleLowerCase();
  const open = list
    .filter((one) => one.open && one.member && one.id !== from)
    .map((one) => ({ one, title: titleOf(one, me, t, formats) }))
    .filter(({ one, title }) => [title, ...one.members.map(({ name }) => name)].join("\n").toLocaleLowerCase().includes(wanted));
  const forward = useMutation({
    mutationFn: (to: string) => client.command("forward", { conversation: from, id: message.id, to }),
    onSuccess: (_, to) => {
      const there = list.find((one) => one.id === to);
      tell(t("conversation.forwardedTo", { title: there ? titleOf(there, me, t, formats) : "" }));
      onClose();
    },
  });
  return (
    <Dialog title={t("conversation.forwardTitle")} isOpen onClose={onClose} sheet>
      <blockquote className={styles.forwardText}>{message.text}</blockquote>
      <p className="small soft">{t("conversation.forwardHelp")}</p>
      <TextField label={t("conversation.findConversation")} type="search" autoComplete="off" value={finding} onChange={setFinding} />
      <Fault error={forward.error} />
      {open.length === 0 ? <p className="soft">{t("conversation.forwardNone")}</p> : null}
      <ul className={styles.choices}>
        {open.map(({ one, title }) => (
          <li key={one.id}>
            <Face conversation={one} me={me} />
            <span className={styles.choiceName}>{title}</span>
            <Button
              small
              icon="forward"
              label={t("conversation.forward")}
              aria-label={t("conversation.forwardToName", { title })}
              busy={forward.isPending && forward.variables === one.id}
              onPress={() => forward.mutate(one.id)}
            />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
