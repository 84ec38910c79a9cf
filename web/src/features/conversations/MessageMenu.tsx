import { useCallback } from "react";
import { Menu, MenuItem, MenuSection } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import type { Conversation } from "@/conversations/protocol";
import { useT } from "@/i18n";
import { Icon, type IconName } from "@/ui/Icon";
import { REACTIONS } from "./reactions";
import { useMe, type MessageItem } from "./state";
import type { MessageActs } from "./Thread";
import styles from "./conversations.module.css";

interface Entry {
  id: string;
  label: string;
  icon: IconName;
  danger?: boolean;
  act: () => void;
}

function useEntries(message: MessageItem, conversation: Conversation, acts: MessageActs): Entry[] {
  const t = useT();
  const writes = conversation.open && conversation.member;
  if (message.deleted) return [];
  const sent = message.state === "sent";
  const readable = message.state !== "unreadable";
  return [
    ...(writes && sent ? [{ id: "reply", label: t("conversation.reply"), icon: "reply" as const, act: () => acts.reply(message) }] : []),
    ...(readable && message.text !== "" ? [{ id: "copy", label: t("conversation.copy"), icon: "file" as const, act: () => acts.copy(message) }] : []),
    ...(sent ? [{ id: "forward", label: t("conversation.forward"), icon: "forward" as const, act: () => acts.forward(message) }] : []),
    ...(writes && sent
      ? [{ id: "pin", label: t(message.pinned ? "conversation.unpin" : "conversation.pin"), icon: "pin" as const, act: () => acts.pin(message) }]
      : []),
    ...(message.mine && sent ? [{ id: "reach", label: t("conversation.reachTitle"), icon: "eye" as const, act: () => acts.reach(message) }] : []),
    ...(message.mine && writes && sent
      ? [{ id: "edit", label: t("conversation.edit"), icon: "pen" as const, act: () => acts.edit(message) }]
      : []),
    ...(message.mine && message.state === "failed"
      ? [{ id: "retry", label: t("do.retry"), icon: "refresh" as const, act: () => acts.retry(message) }]
      : []),
    ...(message.mine && writes && readable
      ? [
          {
            id: "delete",
            label: t(sent ? "conversation.deleteForAll" : "conversation.discard"),
            icon: "trash" as const,
            danger: true,
            act: () => acts.remove(message),
          },
        ]
      : []),
  ];
}

/** A menu that opens takes the focus (ARIA's pattern of menus). */
const FIRST = { autoFocus: "first" } as const;

/** What can be done with a message, and the reactions to it. */
export function MessageMenu(props: {
  message: MessageItem;
  conversation: Conversation;
  anchor: React.RefObject<Element>;
  acts: MessageActs;
  onClose: () => void;
}) {
  const { message, conversation, acts, onClose } = props;
  const t = useT();
  const me = useMe();
  const entries = useEntries(message, conversation, acts);
  const reacts = conversation.open && conversation.member && message.state === "sent" && !message.deleted;
  const rowKeys = useCallback((element: HTMLDivElement | null) => (element ? walkRow(element) : undefined), []);
  return (
    <Popover
      className="popover"
      triggerRef={props.anchor}
      isOpen
      onOpenChange={(open) => (open ? undefined : onClose())}
      placement={message.mine ? "bottom start" : "bottom end"}
    >
      <div ref={rowKeys}>
        {entries.length === 0 ? <p className={styles.noActs}>{t("conversation.noActs")}</p> : null}
        <Menu
          className="menu"
          aria-label={t("conversation.acts")}
          {...FIRST}
          onClose={onClose}
          onAction={(id) => {
            const reaction = REACTIONS.find((one) => one.word === id);
            if (reaction) acts.react(message, reaction.emoji);
            else entries.find((one) => one.id === id)?.act();
          }}
        >
          {reacts ? (
            <MenuSection className={styles.reactRow} aria-label={t("conversation.react")}>
              {REACTIONS.map(({ emoji, word, icon }) => {
                const mine = message.reactions.some((one) => one.emoji === emoji && one.persons.includes(me));
                const name = t(mine ? "conversation.reactNot" : "conversation.reactWith", { reaction: t(`conversation.reaction.${word}`) });
                return (
                  <MenuItem key={word} id={word} textValue={name} aria-label={name} className={styles.react} data-mine={mine} data-react="">
                    <Icon name={icon} />
                  </MenuItem>
                );
              })}
            </MenuSection>
          ) : null}
          {entries.map((entry) => (
            <MenuItem key={entry.id} id={entry.id} textValue={entry.label} className={entry.danger ? "menu-item danger" : "menu-item"}>
              <Icon name={entry.icon} size={18} />
              <span>{entry.label}</span>
            </MenuItem>
          ))}
        </Menu>
      </div>
    </Popover>
  );
}

/** The reactions stand in a row: left and right go along it, down leaves it. */
function walkRow(element: HTMLElement): () => void {
  const press = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement) || !event.target.hasAttribute("data-react")) return;
    const row = [...element.querySelectorAll<HTMLElement>("[data-react]")];
    const at = row.indexOf(event.target);
    const next = {
      ArrowRight: row[(at + 1) % row.length],
      ArrowLeft: row[(at - 1 + row.length) % row.length],
      ArrowDown: element.querySelector<HTMLElement>("[role=menuitem]:not([data-react])"),
    }[event.key];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    next.focus();
  };
  element.addEventListener("keydown", press, { capture: true });
  return () => element.removeEventListener("keydown", press, { capture: true });
}
