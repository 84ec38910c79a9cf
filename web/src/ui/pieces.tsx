/** Small pieces that every screen uses: banners, empty states, waiting states, chips. */

import { Fragment } from "react";
import { useT } from "@/i18n";
import { isProblem, type Problem } from "@/api/client";
import type { RecipientState } from "@/api/types";
import { Button } from "./Button";
import { Icon, type IconName } from "./Icon";
import { useProblemText } from "./problem";

type Tone = "info" | "warn" | "danger" | "ok";
const TONE_ICONS: Record<Tone, IconName> = { info: "info", warn: "warn", danger: "stop", ok: "check" };

export function Banner(props: { tone: Tone; children: React.ReactNode; actions?: React.ReactNode; live?: boolean }) {
  return (
    <div className="banner" data-tone={props.tone} role={props.live ? (props.tone === "danger" ? "alert" : "status") : undefined}>
      <Icon name={TONE_ICONS[props.tone]} />
      <div className="banner-words">{props.children}</div>
      {props.actions ? <div className="banner-actions">{props.actions}</div> : null}
    </div>
  );
}

/** A name or an address that, where it must break, breaks after the @ or before a dot. */
export function Breakable({ text }: { text: string }) {
  if (!text.includes("@")) return text;
  return text.split(/(?<=@)|(?=\.)/).map((part, index) => (
    <Fragment key={index}>
      {index > 0 ? <wbr /> : null}
      {part}
    </Fragment>
  ));
}

/** What it is, and beneath it in small what tells it apart. */
export function TwoLines({ children, under }: { children: React.ReactNode; under: React.ReactNode }) {
  return (
    <span className="two-lines">
      <span>{children}</span> {under ? <span className="small soft">{under}</span> : null}
    </span>
  );
}

export function Empty(props: {
  icon: IconName;
  title: string;
  /** It is all of the page: its title is the page's heading. */
  heading?: boolean;
  children?: React.ReactNode;
  action?: React.ReactNode;
}) {
  const Title = props.heading ? "h1" : "p";
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={props.icon} size={28} />
      </span>
      <Title className="empty-title">{props.title}</Title>
      {props.children ? <div className="empty-words">{props.children}</div> : null}
      {props.action}
    </div>
  );
}

/** Grey bars where the content will stand. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  const t = useT();
  return (
    <div className="skeleton" role="status">
      <span className="only-read">{t("app.loading")}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton-row" aria-hidden="true">
          <span />
          <span />
        </div>
      ))}
    </div>
  );
}

/** An error in words, with a way on. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useT();
  const words = useProblemText();
  return (
    <Banner
      tone={isProblem(error, "offline") ? "warn" : "danger"}
      live
      actions={onRetry ? <Button small label={t("do.retry")} icon="refresh" onPress={onRetry} /> : undefined}
    >
      {words(error as Problem)}
    </Banner>
  );
}

const STATE_TONES: Record<RecipientState, Tone | "plain"> = {
  held: "warn",
  queued: "info",
  delivered: "ok",
  opened: "ok",
  failed: "danger",
  recalled: "plain",
  expired: "plain",
  refused: "danger",
};
const STATE_ICONS: Record<RecipientState, IconName> = {
  held: "clock",
  queued: "sent",
  delivered: "check",
  opened: "eye",
  failed: "warn",
  recalled: "recall",
  expired: "clock",
  refused: "stop",
};

export function StateChip({ state }: { state: RecipientState }) {
  const t = useT();
  return (
    <Chip tone={STATE_TONES[state]} icon={STATE_ICONS[state]}>
      {t(`state.${state}`)}
    </Chip>
  );
}

export function Chip(props: { tone?: Tone | "plain"; icon?: IconName; children: React.ReactNode }) {
  return (
    <span className="chip" data-tone={props.tone ?? "plain"}>
      {props.icon ? <Icon name={props.icon} size={14} /> : null}
      {props.children}
    </span>
  );
}
