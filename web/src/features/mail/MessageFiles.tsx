import type { Id, MessageView } from "@/api/types";
import { Files } from "@/ui/Content";

export function MessageFiles({ mb, message }: { mb: Id; message: MessageView }) {
  // Pictures that the HTML shows in place are no attachments to the reader.
  const files = message.files.filter((file) => !(message.has_html && file.content_id));
  return <Files files={files} path={(file) => `/mailboxes/${mb}/messages/${message.id}/attachments/${file.id}`} />;
}
