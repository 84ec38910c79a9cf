import type { Member, Pinned, Timeline } from "@/conversations/protocol";
import { useT } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Menu } from "@/ui/Menu";
import { useMe } from "./state";
import { nameIn } from "./words";
import styles from "./conversations.module.css";

const pinnedOf = (timeline: Timeline): Pinned[] =>
  timeline.pinned ??
  timeline.items.flatMap((one) => (one.kind === "message" && one.pinned && !one.deleted ? [{ id: one.id, person: one.person, text: one.text }] : []));

/** What was pinned last; all of it where there is more. */
export function PinBar(props: { timeline: Timeline; members: readonly Member[]; onShow: (id: string) => void }) {
  const t = useT();
  const me = useMe();
  const pinned = pinnedOf(props.timeline);
  const last = pinned.at(-1);
  if (!last) return null;
  const who = (one: Pinned) => (one.person === me ? t("conversation.you") : nameIn(props.members, one.person, t));
  return (
    <section className={styles.pins} aria-label={t("conversation.pinned")}>
      <button type="button" className={styles.pin} onClick={() => props.onShow(last.id)}>
        <Icon name="pin" size={16} />
        <span className="only-read">{t("conversation.pinned")}: </span>
        <span className={styles.pinText}>
          <strong>{who(last)}</strong> {last.text}
        </span>
      </button>
      {pinned.length > 1 ? (
        <Menu
          button={{ kind: "quiet", small: true, label: t("conversation.pinnedAll", { count: pinned.length }) }}
          entries={[...pinned].reverse().map((one) => ({
            id: one.id,
            label: `${who(one)}: ${one.text.slice(0, 80)}`,
            icon: "pin" as const,
            act: () => props.onShow(one.id),
          }))}
        />
      ) : null}
    </section>
  );
}
