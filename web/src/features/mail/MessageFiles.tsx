import { url } from "@/api/client";
import type { AttachmentMeta, Id, MessageView } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Icon } from "@/ui/Icon";
import styles from "./reader.module.css";

export function MessageFiles({ mb, message }: { mb: Id; message: MessageView }) {
  // Pictures that the HTML shows in place are no attachments to the reader.
  const files = message.files.filter((file) => !(message.has_html && file.content_id));
  return <Files files={files} path={(file) => `/mailboxes/${mb}/messages/${message.id}/attachments/${file.id}`} />;
}

export function Files({ files, path }: { files: readonly AttachmentMeta[]; path: (file: AttachmentMeta) => string }) {
  const t = useT();
  const formats = useFormats();
  if (files.length === 0) return null;
  return (
    <section className={styles.files}>
      <h2>{t("reader.files")}</h2>
      <ul>
        {files.map((file) => (
          <li key={file.id}>
            <a href={url(path(file))} download={file.file_name}>
              <Icon name="file" />
              <span>
                <strong>{file.file_name}</strong>
                <small>{formats.size(file.size)}</small>
              </span>
              <Icon name="download" size={18} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
