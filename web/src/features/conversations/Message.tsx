import { memo } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import type { Conversation } from "@/conversations/protocol";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Icon, type IconName } from "@/ui/Icon";
import { MessageText } from "./MessageText";
import { Initials } from "./pieces";
import { reachOf, reachOfEach, type Reach } from "./reach";
import { ReachButton } from "./Reach";
import { reactionOf } from "./reactions";
import type { MessageItem } from "./state";
import type { MessageActs } from "./Thread";
import { iso, nameIn } from "./words";
import styles from "./conversations.module.css";

export const REACH_ICONS: Record<Reach, IconName> = {
  waiting: "clock",
  failed: "warn",
  sent: "check",
  delivered: "checks",
  some_read: "eye",
  read: "eye",
};

interface Props {
  message: MessageItem;
  conversation: Conversation;
  me: string;
  /** First and last of a group of one author. */
  first: boolean;
  last: boolean;
  /** The newest of one's own: it says in words how far it came. */
  isLastOwn: boolean;
  /** Where the keyboard is, in the log. */
  isActive: boolean;
  isFlashing: boolean;
  /** Deleted, and can still be undone. */
  isDeleting: boolean;
  menuOpen: boolean;
  acts: MessageActs;
  onActive: (id: string) => void;
  onMenu: (message: MessageItem, button: Element) => void;
}

export const Message = memo(function Message(props: Props) {
  const { message, conversation, me, acts } = props;
  const t = useT();
  const formats = useFormats();
  const { members } = conversation;
  const member = members.find((one) => one.person === message.person);
  const name = message.mine ? t("conversation.you") : nameIn(members, message.person, t);
  const at = iso(message.at);
  const gone = message.deleted || props.isDeleting;
  const readable = !gone && message.state !== "unreadable";
  const each = message.mine ? reachOfEach(message, conversation, me) : [];
  const reach = message.mine ? reachOf(message, each) : undefined;
  const heard = gone ? t("conversation.deleted") : message.state === "unreadable" ? t("conversation.unreadable") : message.text.slice(0, 120);
  return (
    <li
      className={styles.message}
      data-message={message.id}
      data-seq={message.seq ?? undefined}
      data-mine={message.mine}
      data-first={props.first}
      data-last={props.last}
      data-flash={props.isFlashing}
      data-state={message.state}
    >
      {message.mine ? null : props.first ? <Initials name={name} small /> : <span className={styles.noFace} />}
      <div className={styles.column}>
        {props.first && !message.mine ? (
          <p className={styles.author}>
            <strong>{name}</strong> {member?.function ? <span className="soft">{member.function}</span> : null}
          </p>
        ) : (
          <span className="only-read">{name}: </span>
        )}
        <div className={styles.line}>
          <div className={styles.bubble} data-gone={!readable} data-urgent={message.urgent && readable}>
            {readable && message.urgent ? (
              <p className={styles.urgent}>
                <Icon name="urgent" size={16} />
                {t("conversation.urgent")}
              </p>
            ) : null}
            {readable && message.forwarded_from ? (
              <p className={styles.forwarded}>
                <Icon name="forward" size={14} />
                {t("conversation.forwardedFrom", { name: message.forwarded_from.name, when: formats.short(iso(message.forwarded_from.at)) })}
              </p>
            ) : null}
            {readable && message.reply_to ? <Quote message={message} me={me} conversation={conversation} acts={acts} tab={props.isActive} /> : null}
            {readable ? (
              message.text === "" ? null : <MessageText text={message.text} mentions={message.mentions} members={members} me={me} />
            ) : (
              <p className={styles.text}>
                {gone ? t("conversation.deleted") : t(message.why === "key" ? "conversation.keyMissing" : "conversation.unreadable")}
              </p>
            )}
            {readable && message.files.length > 0 ? (
              <ul className={styles.files}>
                {message.files.map((file) => (
                  <li key={file.id}>
                    <Icon name="file" size={18} />
                    <span>
                      {file.name} <small>{formats.size(file.size)}</small>
                    </span>
                  </li>
                ))}
              </ul>
            ) : null}
            <p className={styles.meta}>
              {readable && message.pinned ? (
                <>
                  <Icon name="pin" size={14} />
                  <span className="only-read">{t("conversation.pinned")}</span>
                </>
              ) : null}
              {message.edited_at !== null && readable ? (
                <span title={formats.full(iso(message.edited_at))}>{t("conversation.edited")}</span>
              ) : null}
              <time dateTime={at} title={formats.full(at)}>
                {formats.time(at)}
              </time>
              {reach && readable ? (
                <>
                  <Icon name={REACH_ICONS[reach]} size={15} />
                  <span className="only-read">{t(`conversation.reach.${reach}`)}</span>
                </>
              ) : null}
            </p>
          </div>
          <AriaButton
            className="button quiet small bare"
            data-menu=""
            aria-label={t("conversation.actsFor", { name, time: formats.time(at), text: heard })}
            aria-haspopup="menu"
            aria-expanded={props.menuOpen}
            excludeFromTabOrder={!props.isActive}
            onFocus={() => props.onActive(message.id)}
            onPress={({ target }) => props.onMenu(message, target)}
          >
            <Icon name="more" size={17} />
          </AriaButton>
        </div>
        {readable && message.reactions.length > 0 ? <Reactions message={message} conversation={conversation} me={me} acts={acts} tab={props.isActive} /> : null}
        {message.state === "failed" && !gone ? <Failed message={message} acts={acts} /> : null}
        {props.isLastOwn && reach && readable && reach !== "failed" ? (
          <ReachButton message={message} reach={reach} each={each} />
        ) : null}
      </div>
    </li>
  );
});

interface PartProps {
  message: MessageItem;
  conversation: Conversation;
  me: string;
  acts: MessageActs;
  /** Whether Tab comes here. */
  tab: boolean;
}

function Quote({ message, conversation, me, acts, tab }: PartProps) {
  const t = useT();
  const quoted = message.reply_to;
  if (!quoted) return null;
  const name = quoted.person === me ? t("conversation.you") : nameIn(conversation.members, quoted.person, t);
  return (
    <button type="button" className={styles.quote} tabIndex={tab ? 0 : -1} onClick={() => acts.show(quoted.id)}>
      <span className="only-read">{t("conversation.inReplyTo")} </span>
      <strong>{name}</strong>
      <span>{quoted.text || t("conversation.deleted")}</span>
    </button>
  );
}

function Reactions({ message, conversation, me, acts, tab }: PartProps) {
  const t = useT();
  const formats = useFormats();
  return (
    <ul className={styles.reactions} aria-label={t("conversation.reactions")}>
      {message.reactions.map(({ emoji, persons }) => {
        const known = reactionOf(emoji);
        const mine = persons.includes(me);
        const names = formats.list(persons.map((one) => (one === me ? t("conversation.you") : nameIn(conversation.members, one, t))));
        const said = t("conversation.reactionBy", { reaction: known ? t(`conversation.reaction.${known.word}`) : emoji, names });
        return (
          <li key={emoji}>
            <button
              type="button"
              className={styles.reaction}
              aria-pressed={mine}
              aria-label={said}
              title={said}
              tabIndex={tab ? 0 : -1}
              disabled={!conversation.open || !conversation.member}
              onClick={() => acts.react(message, emoji)}
            >
              {known ? <Icon name={known.icon} size={16} /> : <span aria-hidden="true">{emoji}</span>}
              <span aria-hidden="true" className="nums">
                {persons.length}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

const FAULTS = new Set(["offline", "not_allowed", "not_found", "no_device", "closed", "too_large", "too_late"]);

/** What was not sent, why, and the ways on. */
function Failed({ message, acts }: { message: MessageItem; acts: MessageActs }) {
  const t = useT();
  const why = message.why && FAULTS.has(message.why) ? (message.why as "closed") : "failed";
  return (
    <div className={styles.failed} role="alert">
      <p>
        <Icon name="warn" size={16} />
        <span>
          {t("conversation.reach.failed")}. {t(`conversation.fault.${why}`)}
        </span>
      </p>
      <div className="row">
        <Button small icon="refresh" label={t("do.retry")} onPress={() => acts.retry(message)} />
        <Button small kind="quiet" icon="trash" label={t("conversation.discard")} onPress={() => acts.remove(message)} />
      </div>
    </div>
  );
}
