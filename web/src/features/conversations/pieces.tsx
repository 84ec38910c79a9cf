/** Small pieces of conversations. */

import type { Conversation } from "@/conversations/protocol";
import { Banner } from "@/ui/pieces";
import { Icon } from "@/ui/Icon";
import { initials } from "@/ui/initials";
import { useFaultText } from "./faults";
import { talking } from "./words";
import styles from "./conversations.module.css";

/** A person's initials; the name stands beside it. */
export function Initials({ name, small }: { name: string; small?: boolean }) {
  return (
    <span className={styles.face} data-small={small} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

/** Of a conversation of two the other's initials, else that it is of several. */
export function Face({ conversation, me }: { conversation: Conversation; me: string }) {
  const others = talking(conversation).filter((one) => one.person !== me);
  const [only] = others;
  if (only && others.length === 1) return <Initials name={only.name} />;
  return (
    <span className={styles.face} aria-hidden="true">
      <Icon name="people" size={18} />
    </span>
  );
}

/** Why something wasn't done. */
export function Fault({ error }: { error: unknown }) {
  const words = useFaultText();
  return error ? (
    <Banner tone="danger" live>
      {words(error)}
    </Banner>
  ) : null;
}
