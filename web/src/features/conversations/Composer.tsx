import { useEffect, useId, useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import type { Conversation, Item, Member } from "@/conversations/protocol";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { useVoice } from "@/ui/toasts";
import { useFaultText } from "./faults";
import { fitting, mentionAt, type MentionAt } from "./mention";
import { Initials } from "./pieces";
import { EMPTY_DRAFT, takeUp, useConversationsClient, useDraft, useMe, useStatus, useStore, type Draft, type MessageItem } from "./state";
import { nameIn, talking } from "./words";
import styles from "./conversations.module.css";

/** How often others are told that one is writing. */
const TYPING_EVERY_MS = 3_000;
/** As much as fits a message, in UTF-16 code units: far below what the server takes. */
const LONGEST = 10_000;

interface Props {
  conversation: Conversation;
  items: readonly Item[];
  ref: React.Ref<HTMLTextAreaElement>;
  onSent: () => void;
  /** Up into the messages, by Escape. */
  onLeave: () => void;
}

/** Where one writes. Enter sends; what isn't sent yet stays with the conversation while one is signed in. */
export function Composer({ conversation, items, ref, onSent, onLeave }: Props) {
  const { id, members } = conversation;
  const t = useT();
  const me = useMe();
  const fieldId = useId();
  const status = useStatus();
  const { announce } = useVoice();
  const [draft, change] = useDraft(id);
  const field = useGrowing(draft.text);
  useImperativeHandle(ref, () => field.current as HTMLTextAreaElement, [field]);
  const send = useSend(conversation, onSent);
  const typing = useTyping(id);
  const mention = useMention(members, me, field, draft.text, (text, person) =>
    change({ text, mentions: [...draft.mentions.filter((one) => one !== person), person] }),
  );
  const find = (wanted: string | null) => items.find((one): one is MessageItem => one.kind === "message" && one.id === wanted);
  const replyTo = find(draft.replyTo);
  const editing = find(draft.editing);

  // Chosen in a message's menu: on with writing.
  const begun = draft.editing ?? draft.replyTo;
  const before = useRef(begun);
  useEffect(() => {
    if (begun && before.current !== begun) {
      const element = field.current;
      element?.focus();
      element?.setSelectionRange(element.value.length, element.value.length);
    }
    before.current = begun;
  }, [begun, field]);

  const cancel = () => change(draft.editing ? { ...EMPTY_DRAFT, text: draft.kept } : { replyTo: null });
  const press = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    // The Enter that ends a composition of an input method sends nothing.
    if (event.nativeEvent.isComposing || event.nativeEvent.keyCode === 229) return;
    if (mention.press(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      send(draft);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (draft.editing || draft.replyTo) cancel();
      else onLeave();
    } else if (event.key === "ArrowUp" && draft.text === "" && !draft.editing) {
      const last = items.findLast((one): one is MessageItem => one.kind === "message" && one.mine && !one.deleted && one.state === "sent");
      if (!last) return;
      event.preventDefault();
      change(takeUp(last, draft));
      announce(t("conversation.editing"));
    }
  };
  const about = editing ?? replyTo;

  return (
    <footer className={styles.composer} data-bar="composer" data-urgent={draft.urgent}>
      {about ? (
        <div className={styles.about}>
          <Icon name={editing ? "pen" : "reply"} size={16} />
          <p>
            <strong>
              {editing
                ? t("conversation.editing")
                : t("conversation.replyingTo", { name: about.mine ? t("conversation.yourself") : nameIn(members, about.person, t) })}
            </strong>
            <span>{about.text}</span>
          </p>
          <Button kind="quiet" small bare icon="close" label={t(editing ? "conversation.stopEditing" : "conversation.stopReply")} onPress={cancel} />
        </div>
      ) : null}
      {draft.urgent ? (
        <p className={styles.urgentHelp} id={`${fieldId}-urgent`}>
          <Icon name="urgent" size={16} />
          <span>{t("conversation.urgentHelp")}</span>
        </p>
      ) : null}
      {status.state === "ready" && !status.online ? (
        <p className={styles.offline}>
          <Icon name="clock" size={16} />
          <span>{t("conversation.sentLater")}</span>
        </p>
      ) : null}
      {mention.list(fieldId)}
      <div className={styles.write}>
        {editing ? null : (
          <Button
            kind="quiet"
            icon="urgent"
            bare
            label={t("conversation.urgentMark")}
            aria-pressed={draft.urgent}
            onPress={() => {
              change({ urgent: !draft.urgent });
              announce(t(draft.urgent ? "conversation.urgentOff" : "conversation.urgentHelp"));
              field.current?.focus();
            }}
          />
        )}
        <textarea
          ref={field}
          rows={1}
          maxLength={LONGEST}
          enterKeyHint="send"
          aria-label={t("conversation.write")}
          placeholder={t("conversation.write")}
          aria-describedby={draft.urgent ? `${fieldId}-urgent` : undefined}
          aria-controls={mention.shown ? `${fieldId}-mentions` : undefined}
          aria-activedescendant={mention.shown ? `${fieldId}-mention-${mention.active}` : undefined}
          aria-autocomplete="list"
          value={draft.text}
          onChange={(event) => {
            change({ text: event.target.value });
            mention.look();
            if (event.target.value !== "") typing();
          }}
          onSelect={() => mention.look()}
          onKeyDown={press}
          onBlur={() => mention.close()}
        />
        <Button
          kind="primary"
          icon={editing ? "check" : "sent"}
          bare
          label={t(editing ? "do.save" : "conversation.send")}
          isDisabled={draft.text.trim() === ""}
          onPress={() => {
            send(draft);
            field.current?.focus();
          }}
        />
      </div>
    </footer>
  );
}

/** Sends or changes a message. What the worker doesn't take comes back to the field. */
function useSend(conversation: Conversation, onSent: () => void) {
  const { id, members } = conversation;
  const t = useT();
  const store = useStore();
  const client = useConversationsClient();
  const words = useFaultText();
  const { tell, announce } = useVoice();
  return (draft: Draft) => {
    const text = draft.text.trim();
    if (text === "") return;
    store.keepDraft(id, draft.editing ? { ...EMPTY_DRAFT, text: draft.kept } : EMPTY_DRAFT);
    const mentions = members.filter((one) => draft.mentions.includes(one.person) && text.includes(`@${one.name}`)).map((one) => one.person);
    const done = draft.editing
      ? client.command("edit", { conversation: id, id: draft.editing, text })
      : client.command("send", { conversation: id, text, urgent: draft.urgent, reply_to: draft.replyTo, mentions, files: [] });
    done.then(
      () => announce(t(draft.editing ? "conversation.changed" : "conversation.sent")),
      (error: unknown) => {
        tell(words(error));
        // Unless something else is being written already.
        if (store.draft(id).text === (draft.editing ? draft.kept : "")) store.keepDraft(id, draft);
      },
    );
    if (!draft.editing) onSent();
  };
}

/** Tells the others that one writes, now and then. */
function useTyping(conversation: string): () => void {
  const client = useConversationsClient();
  const told = useRef(0);
  return () => {
    const now = Date.now();
    if (now - told.current < TYPING_EVERY_MS) return;
    told.current = now;
    client.command("typing", { conversation }).catch(() => undefined);
  };
}

/** The field is as high as its text, up to what its style allows. */
function useGrowing(text: string): React.RefObject<HTMLTextAreaElement | null> {
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight + element.offsetHeight - element.clientHeight}px`;
  }, [text]);
  return field;
}

/** Names of members after an @, chosen by keys or by pressing. */
function useMention(
  members: readonly Member[],
  me: string,
  field: React.RefObject<HTMLTextAreaElement | null>,
  text: string,
  onChoose: (text: string, person: string) => void,
) {
  const t = useT();
  const { announce } = useVoice();
  const [at, setAt] = useState<MentionAt>();
  const [chosen, setChosen] = useState(0);
  const able = talking({ members }).filter((one) => one.person !== me);
  const found = at ? fitting(able, at.wanted) : [];
  const shown = found.length > 0;
  const active = Math.min(chosen, found.length - 1);
  const take = (member: Member) => {
    if (!at) return;
    const end = at.start + 1 + at.wanted.length;
    const put = `@${member.name} `;
    onChoose(text.slice(0, at.start) + put + text.slice(end).replace(/^ /, ""), member.person);
    setAt(undefined);
    const caret = at.start + put.length;
    // After the text has been put there.
    setTimeout(() => {
      field.current?.focus();
      field.current?.setSelectionRange(caret, caret);
    }, 0);
  };
  return {
    shown,
    active,
    close: () => setAt(undefined),
    look: () => {
      const element = field.current;
      if (!element) return;
      const next = element.selectionStart === element.selectionEnd ? mentionAt(element.value, element.selectionStart) : undefined;
      if (next && next.start !== at?.start) {
        setChosen(0);
        const count = fitting(able, next.wanted).length;
        if (count > 0) announce(t("conversation.mentionFound", { count }));
      }
      setAt(next);
    },
    press: (event: React.KeyboardEvent): boolean => {
      if (!shown) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const member = found[active];
      if (step) setChosen((active + step + found.length) % found.length);
      else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && member) take(member);
      else if (event.key === "Escape") setAt(undefined);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
    list: (fieldId: string) => (
      <div id={`${fieldId}-mentions`} role="listbox" aria-label={t("conversation.mention")} className={styles.mentions} hidden={!shown}>
        {found.map((member, index) => (
          // Options are reached from the field with the arrow keys (ARIA combobox); the pointer presses them.
          <div
            key={member.person}
            id={`${fieldId}-mention-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            onPointerDown={(event) => {
              // Keeps the focus in the field.
              event.preventDefault();
              take(member);
            }}
          >
            <Initials name={member.name} small />
            <span>
              <strong>{member.name}</strong> <span className="small soft">{member.function}</span>
            </span>
          </div>
        ))}
      </div>
    ),
  };
}
