import type { Finding } from "@/api/types";
import { pieces } from "./spans";
import styles from "./compose.module.css";

/**
 * A text field whose findings are marked where they stand: a mirror with the same text and measures lies behind the
 * field, and makes it as tall as its content.
 */
export function MarkedField(props: {
  id: string;
  value: string;
  onChange: (value: string) => void;
  findings: readonly Finding[];
  of: string;
  single?: boolean;
  describedBy?: string;
}) {
  const { id, value, onChange, findings, of, single } = props;
  return (
    <div className={single ? `${styles.marked} ${styles.single}` : styles.marked}>
      <div className={styles.mirror} aria-hidden="true">
        {pieces(findings, of, value).map((piece, index) =>
          piece.kinds.length > 0 ? <mark key={index}>{piece.text}</mark> : <span key={index}>{piece.text}</span>,
        )}
        {"\u200b"}
      </div>
      <textarea
        id={id}
        rows={1}
        value={value}
        aria-describedby={props.describedBy}
        spellCheck
        onChange={(event) => onChange(single ? event.target.value.replace(/[\r\n]+/g, " ") : event.target.value)}
        onKeyDown={(event) => {
          if (single && event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.preventDefault();
        }}
      />
    </div>
  );
}
