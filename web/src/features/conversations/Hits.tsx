import { Link } from "@tanstack/react-router";
import { Fragment, useEffect, useState } from "react";
import type { Hit } from "@/conversations/protocol";
import { useFormats, useT } from "@/i18n";
import { useVoice } from "@/ui/toasts";
import { useFaultText } from "./faults";
import { useConversationList, useConversationsClient, useMe } from "./state";
import { iso, nameIn, titleOf } from "./words";
import mail from "@/features/mail/mail.module.css";
import styles from "./conversations.module.css";

const WAIT_MS = 200;
const LEAST = 2;
/** How much stands before the first word that was found. */
const BEFORE = 40;

interface Found {
  text: string;
  hits: Hit[];
  fault?: unknown;
}

/** Messages in which the words stand, of all conversations or of one; searched on this device. */
export function Hits({ text, conversation, others }: { text: string; conversation: string | null; others: boolean }) {
  const t = useT();
  const words = useFaultText();
  const client = useConversationsClient();
  const { announce } = useVoice();
  const [found, setFound] = useState<Found>();
  useEffect(() => {
    if (text.length < LEAST) return undefined;
    let current = true;
    const timer = setTimeout(() => {
      client.command("search", { text, conversation }).then(
        ({ hits }) => {
          if (!current) return;
          setFound({ text, hits });
          announce(t("conversation.found", { count: hits.length }));
        },
        (fault: unknown) => {
          if (current) setFound({ text, hits: [], fault });
        },
      );
    }, WAIT_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [announce, client, conversation, t, text]);
  if (text.length < LEAST) return null;
  const hits = found?.hits ?? [];
  const done = found?.text === text;
  return (
    <section aria-label={t("conversation.messages")} aria-busy={!done}>
      <h2 className={styles.part}>{t("conversation.messages")}</h2>
      {found?.fault ? <p className={styles.partNote}>{words(found.fault)}</p> : null}
      {done && hits.length === 0 && !found.fault ? (
        <p className={styles.partNote}>{t(others ? "conversation.foundNoMessages" : "conversation.foundNothing")}</p>
      ) : null}
      <ul>
        {hits.map((hit) => (
          <HitRow key={`${hit.conversation} ${hit.id}`} hit={hit} />
        ))}
      </ul>
    </section>
  );
}

function HitRow({ hit }: { hit: Hit }) {
  const t = useT();
  const formats = useFormats();
  const me = useMe();
  const conversation = useConversationList().find((one) => one.id === hit.conversation);
  if (!conversation) return null;
  const at = iso(hit.at);
  return (
    <li className={mail.row}>
      <Link
        to="/conversations/$id"
        params={{ id: hit.conversation }}
        search={{ at: hit.id }}
        className={`${mail.rowLink} ${styles.hit}`}
        preload={false}
      >
        <span className={mail.who}>{titleOf(conversation, me, t, formats)}</span>
        <time className={mail.at} dateTime={at} title={formats.full(at)}>
          {formats.short(at)}
        </time>
        <span className={styles.hitText}>
          <span className="soft">{hit.person === me ? t("conversation.you") : nameIn(conversation.members, hit.person, t)}:</span>{" "}
          <Marked text={hit.text} marks={hit.marks} />
        </span>
      </Link>
    </li>
  );
}

/** A text in which some pieces are marked; what stands long before the first is left out. */
export function Marked({ text, marks }: { text: string; marks: readonly [number, number][] }) {
  const first = marks[0]?.[0] ?? 0;
  const from = first > BEFORE ? Math.max(0, text.lastIndexOf(" ", first - BEFORE / 2) + 1) : 0;
  let at = from;
  const parts: React.ReactNode[] = from > 0 ? ["… "] : [];
  for (const [start, end] of marks) {
    if (start < at) continue;
    parts.push(<Fragment key={start}>{text.slice(at, start)}</Fragment>, <mark key={`m${start}`}>{text.slice(start, end)}</mark>);
    at = end;
  }
  parts.push(<Fragment key="rest">{text.slice(at)}</Fragment>);
  return <>{parts}</>;
}
