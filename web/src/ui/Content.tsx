/** Content that others wrote: text, HTML in its cage, files. Shared by the app and the guest's page. */

import { url } from "@/api/client";
import type { AttachmentMeta } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Icon } from "./Icon";
import styles from "./content.module.css";

/** Foreign HTML stays in a frame without origin, scripts or forms; the server sends it sanitised, with its own policy. */
export function HtmlFrame({ path, remote }: { path: string; remote: boolean }) {
  const t = useT();
  return (
    <iframe
      className={styles.frame}
      title={t("reader.frame")}
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      src={url(path, { remote: remote ? 1 : 0 })}
    />
  );
}

/** Text as written. Web addresses become links that show where they go, because the text is the address. */
export function PlainText({ text }: { text: string }) {
  const parts = text.split(/(https?:\/\/[^\s<>"']{1,2000}[^\s<>"'.,;:!?)\]}])/g);
  return (
    <div className={styles.text}>
      {parts.map((part, index) =>
        index % 2 === 1 ? (
          <a key={index} href={part} target="_blank" rel="noopener noreferrer">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </div>
  );
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
