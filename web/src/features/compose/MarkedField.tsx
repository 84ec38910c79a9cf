import { useMemo } from "react";
import type { Finding } from "@/api/types";
import { lookOf } from "@/words/findings";
import { locate, pieces } from "./spans";
import styles from "./compose.module.css";

/**
 * A text field whose findings are marked where they stand: a mirror with the same text and measures lies behind the
 * field, and makes it as tall as its content. Screen readers read the field only; what was found is told beside it.
 */
export function MarkedField(props: {
  id: string;
  value: string;
  onChange: (value: string) => void;
  findings: readonly Finding[];
  of: string;
  single?: boolean;
  describedBy?: string;
  /** Where the caret stands now. */
  onCaret?: (at: number) => void;
}) {
  const { id, value, onChange, findings, of, single, onCaret } = props;
  const spans = useMemo(() => locate(findings, of), [findings, of]);
  const cuts = useMemo(() => pieces(spans, of, value), [spans, of, value]);
  return (
    <div className={single ? `${styles.marked} ${styles.single}` : styles.marked}>
      <div className={styles.mirror} aria-hidden="true">
        {cuts.map((piece, index) => {
          const first = piece.findings[0];
          return first ? (
            <mark key={index} data-look={lookOf(first.kind)}>
              {piece.text}
            </mark>
          ) : (
            <span key={index}>{piece.text}</span>
          );
        })}
        {"\u200b"}
      </div>
      <textarea
        id={id}
        rows={1}
        value={value}
        aria-describedby={props.describedBy}
        spellCheck
        onChange={(event) => onChange(single ? event.target.value.replace(/[\r\n]+/g, " ") : event.target.value)}
        onSelect={(event) => onCaret?.(event.currentTarget.selectionStart)}
        onKeyDown={(event) => {
          if (single && event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.preventDefault();
        }}
      />
    </div>
  );
}
