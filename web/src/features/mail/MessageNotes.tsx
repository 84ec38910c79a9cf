import type { MessageView } from "@/api/types";
import { useT } from "@/i18n";
import { Banner } from "@/ui/pieces";

/** What policy wants a reader to know of a message before its text. */
export function MessageNotes({ message }: { message: MessageView }) {
  const t = useT();
  return (
    <>
      {message.came_in_clear ? <Banner tone="warn">{t("reader.cameInClear")}</Banner> : null}
      {message.sent_anyway ? <Banner tone="info">{t("reader.sentAnyway", { reason: message.sent_anyway })}</Banner> : null}
    </>
  );
}
