import { useMemo } from "react";
import type { Member } from "@/conversations/protocol";
import styles from "./conversations.module.css";

type Part = { kind: "text" | "link" | "mention" | "me"; text: string };

const ADDRESS = /https?:\/\/[^\s<>"']{1,2000}[^\s<>"'.,;:!?)\]}]/g;

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Text in pieces: addresses, and the names of those who were mentioned. */
export function partsOf(text: string, mentioned: readonly Member[], me: string): Part[] {
  // The longest name first: "Jan de Boer" is not "Jan".
  const names = [...mentioned].sort((a, b) => b.name.length - a.name.length);
  const all = new RegExp([ADDRESS.source, ...names.map((one) => `@${escaped(one.name)}(?![\\p{L}\\p{N}])`)].join("|"), "gu");
  const parts: Part[] = [];
  let at = 0;
  for (const found of text.matchAll(all)) {
    if (found.index > at) parts.push({ kind: "text", text: text.slice(at, found.index) });
    const [piece] = found;
    const who = names.find((one) => piece === `@${one.name}`);
    parts.push({ kind: !who ? "link" : who.person === me ? "me" : "mention", text: piece });
    at = found.index + piece.length;
  }
  if (at < text.length) parts.push({ kind: "text", text: text.slice(at) });
  return parts;
}

/** A message as written. Addresses become links that show where they go, because the text is the address. */
export function MessageText(props: { text: string; mentions: readonly string[]; members: readonly Member[]; me: string }) {
  const { text, mentions, members, me } = props;
  const parts = useMemo(
    () => partsOf(text, members.filter((one) => mentions.includes(one.person)), me),
    [me, members, mentions, text],
  );
  return (
    <p className={styles.text}>
      {parts.map((part, index) => {
        switch (part.kind) {
          case "text":
            return part.text;
          case "link":
            return (
              <a key={index} href={part.text} target="_blank" rel="noopener noreferrer">
                {part.text}
              </a>
            );
          default:
            return (
              <strong key={index} className={styles.mention} data-me={part.kind === "me"}>
                {part.text}
              </strong>
            );
        }
      })}
    </p>
  );
}
