/** Content that others wrote: text, HTML in its cage, files. Shared by the app and the guest's page. */

import { useContext, useEffect, useRef, useState } from "react";
import { url } from "@/api/client";
import type { AttachmentMeta } from "@/api/types";
import { SessionContext } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { Icon } from "./Icon";
import styles from "./content.module.css";

/** Foreign HTML stays in a frame without origin, scripts or forms; the server sends it sanitised, with its own policy. */
export function HtmlFrame({ path, remote, text }: { path: string; remote: boolean; text: string }) {
  const t = useT();
  const frame = useRef<HTMLIFrameElement>(null);
  const height = useRoomFor(text, frame);
  return (
    <iframe
      ref={frame}
      className={styles.frame}
      height={height}
      data-long={height > LONG}
      title={t("reader.frame")}
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      src={url(path, { remote: remote ? 1 : 0 })}
    />
  );
}

/** What is taller than this gets the whole pane at least. */
const LONG = 620;
const TALLEST = 12_000;
const LINE = 22;
const CHARACTER = 7.4;
const AROUND = 320;

/** The room that a letter of this text needs at this width. */
export function roomFor(text: string, width: number): number {
  const perLine = Math.max(20, (width - 32) / CHARACTER);
  const lines = text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / perLine)), 0);
  return Math.min(TALLEST, Math.round(lines * LINE + AROUND));
}

/** Nobody can look into the frame to measure it, so its height follows from the letter's text. */
function useRoomFor(text: string, place: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const element = place.current;
    if (!element || typeof ResizeObserver === "undefined") return undefined;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) setWidth(element.clientWidth);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [place]);
  return roomFor(text, width);
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
  // Guests have no session, and no zone.
  const place = useContext(SessionContext)?.place;
  const kept = place?.downloads === false;
  if (files.length === 0) return null;
  return (
    <section className={styles.files}>
      <h2>{t("reader.files")}</h2>
      {kept ? <p className="small soft">{t("detail.zone_downloads")}</p> : null}
      {kept && place.certificate_gap ? <p className="small soft">{t(`certificate.${place.certificate_gap}`)}</p> : null}
      <ul>
        {files.map((file) => (
          <li key={file.id}>
            <a {...(kept ? { "aria-disabled": true, role: "link" } : { href: url(path(file)), download: file.file_name })}>
              <Icon name="file" />
              <span>
                <strong>{file.file_name}</strong>
                <small>{formats.size(file.size)}</small>
              </span>
              {kept ? null : <Icon name="download" size={18} />}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
