import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useSession } from "@/app/session";
import type { Folder, MessageLine, OwnMailbox, Party } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { Chip, StateChip } from "@/ui/pieces";
import styles from "./mail.module.css";

/** A name that looks like an address hides the real one. */
export const nameOf = (party: Party) => (party.name && !party.name.includes("@") ? party.name : party.address);

/** Came from outside with one of the house's own addresses, which anybody can write there. */
const claimsToBeInside = (line: MessageLine, mailboxes: readonly OwnMailbox[]) => {
  const domain = (address: string) => address.slice(address.lastIndexOf("@") + 1).toLowerCase();
  return line.origin === "internet" && mailboxes.some((one) => domain(one.address) === domain(line.from.address));
};

interface Props {
  line: MessageLine;
  folder: Folder;
  mb: string;
  isOpen: boolean;
  isTabStop: boolean;
  onFocus: () => void;
  onMove: (event: React.KeyboardEvent) => void;
}

export const MessageRow = memo(function MessageRow({ line, folder, mb, isOpen, isTabStop, onFocus, onMove }: Props) {
  const t = useT();
  const formats = useFormats();
  const spoofed = claimsToBeInside(line, useSession().mailboxes);
  const closed = line.closed_for !== undefined && line.closed_for !== null;
  const [first, ...others] = line.to;
  const outgoing = folder === "sent" || (line.state !== undefined && line.state !== null);
  const who = outgoing
    ? t("mail.to", {
        names: first
          ? others.length > 0
            ? t("mail.toMore", { names: nameOf(first), count: others.length })
            : nameOf(first)
          : "–",
      })
    : line.written_by
      ? t("party.onBehalf", { by: line.written_by, name: nameOf(line.from) })
      : nameOf(line.from);
  return (
    <li className={styles.row}>
      <Link
        to="/mail/$mb/$folder/$id"
        params={{ mb, folder, id: line.id }}
        search={true}
        className={styles.rowLink}
        data-id={line.id}
        data-unread={!line.seen && !outgoing}
        data-open={isOpen}
        aria-current={isOpen ? "true" : undefined}
        tabIndex={isTabStop ? 0 : -1}
        onFocus={onFocus}
        onKeyDown={onMove}
        preload={false}
      >
        {!line.seen && !outgoing ? <span className="only-read">{t("mail.unread")}. </span> : null}
        <span className={styles.who}>{who}</span>
        <time className={styles.at} dateTime={line.at} title={formats.full(line.at)}>
          {formats.short(line.at)}
        </time>
        <span className={styles.subject}>{closed ? t("closed.title") : line.subject || t("mail.noSubject")}</span>
        <span className={styles.marks}>
          {line.flagged ? (
            <span className={styles.flag}>
              <Icon name="flag" size={16} />
              <span className="only-read">{t("mail.flagged")}</span>
            </span>
          ) : null}
          {line.attachments > 0 ? (
            <span className={styles.clip}>
              <Icon name="clip" size={16} />
              <span aria-hidden="true">{line.attachments}</span>
              <span className="only-read">{t("mail.attachments", { count: line.attachments })}</span>
            </span>
          ) : null}
        </span>
        <span className={styles.preview}>{line.preview}</span>
        {closed ? (
          <span className={styles.chips}>
            <Chip icon="lock">{t("closed.line")}</Chip>
          </span>
        ) : line.state || line.origin === "portal" || line.origin === "system" || spoofed ? (
          <span className={styles.chips}>
            {spoofed ? (
              <Chip tone="danger" icon="warn">
                {t("origin.spoofed")}
              </Chip>
            ) : null}
            {line.state ? <StateChip state={line.state} /> : null}
            {outgoing && line.written_by ? (
              <Chip>{t("party.onBehalf", { by: line.written_by, name: nameOf(line.from) })}</Chip>
            ) : null}
            {line.origin === "portal" ? <Chip icon="reply">{t("origin.portal")}</Chip> : null}
            {line.origin === "system" ? <Chip icon="info">{t("origin.system")}</Chip> : null}
          </span>
        ) : null}
      </Link>
    </li>
  );
});
