import { useState } from "react";
import type { MessageView, Party } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { initials } from "@/ui/initials";
import { Chip } from "@/ui/pieces";
import { nameOf } from "./MessageRow";
import { isOutgoing } from "./Reader";
import styles from "./reader.module.css";

export function MessageHead({ message, heading }: { message: MessageView; heading: React.RefObject<HTMLHeadingElement | null> }) {
  const t = useT();
  const formats = useFormats();
  const [details, setDetails] = useState(false);
  const outgoing = isOutgoing(message);
  return (
    <header className={styles.head}>
      <h1 ref={heading} tabIndex={-1} className={styles.subject}>
        {message.subject || t("mail.noSubject")}
      </h1>
      <div className={styles.from}>
        <span className={styles.avatar} aria-hidden="true">
          {initials(nameOf(message.from))}
        </span>
        <div className={styles.parties}>
          <p>
            <span className="only-read">{t("reader.from")}: </span>
            <strong>
              {message.written_by
                ? t("party.onBehalf", { by: message.written_by, name: nameOf(message.from) })
                : nameOf(message.from)}
            </strong>{" "}
            {message.from.name ? <span className={styles.address}>{message.from.address}</span> : null}
          </p>
          {!message.written_by && message.sent_by_name && message.sent_by_name !== message.from.name ? (
            <p className="small soft">{t("reader.sentBy", { name: message.sent_by_name })}</p>
          ) : null}
          <Parties label={t("reader.to")} parties={message.header_to.length > 0 ? message.header_to : message.to} />
          <Parties label={t("reader.cc")} parties={message.header_cc} />
        </div>
        <time className={styles.at} dateTime={message.at}>
          {formats.full(message.at)}
        </time>
      </div>
      <div className={styles.chips}>
        {message.patient ? (
          <Chip tone="plain" icon="people">
            {t("reader.patient")}: {message.patient}
          </Chip>
        ) : null}
        {message.flagged ? (
          <Chip tone="warn" icon="flag">
            {t("mail.flagged")}
          </Chip>
        ) : null}
        {outgoing ? null : <CameBy message={message} />}
        {outgoing ? null : (
          <Button
            kind="quiet"
            small
            icon="info"
            label={t("reader.details")}
            aria-expanded={details}
            onPress={() => setDetails(!details)}
          />
        )}
      </div>
      {details ? <HowItCame message={message} /> : null}
    </header>
  );
}

function Parties({ label, parties }: { label: string; parties: readonly Party[] }) {
  if (parties.length === 0) return null;
  return (
    <p className={styles.party}>
      <span className="soft">{label}:</span>{" "}
      {parties.map((party, index) => (
        <span key={party.address} title={party.address}>
          {index > 0 ? ", " : ""}
          {nameOf(party)}
        </span>
      ))}
    </p>
  );
}

function CameBy({ message }: { message: MessageView }) {
  const t = useT();
  if (message.origin === "portal") {
    return (
      <Chip tone="ok" icon="lock">
        {t("reader.chipPortal")}
      </Chip>
    );
  }
  if (message.origin !== "internet") {
    return (
      <Chip tone="ok" icon="house">
        {t("reader.chipInside")}
      </Chip>
    );
  }
  return message.received?.tls ? (
    <Chip tone="ok" icon="lock">
      {t("reader.chipTls")}
    </Chip>
  ) : (
    <Chip tone="warn" icon="unlock">
      {t("reader.chipClear")}
    </Chip>
  );
}

function HowItCame({ message }: { message: MessageView }) {
  const t = useT();
  const received = message.received;
  const peer = received?.peer || "?";
  const how =
    message.origin === "portal"
      ? t("reader.camePortal")
      : message.origin !== "internet"
        ? t("reader.cameInside")
        : received?.tls
          ? t("reader.cameTls", { tls: received.tls, peer })
          : t("reader.cameClear", { peer });
  return (
    <div className={styles.how}>
      <p>{how}</p>
      <p>{t(received?.authenticated || message.origin !== "internet" ? "reader.authenticated" : "reader.notAuthenticated")}</p>
    </div>
  );
}
