import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useParams } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { api } from "@/api/client";
import type { Draft, EmergencyLine, Folder, HeldLine, OwnMailbox, Page } from "@/api/types";
import { useFormats, useT, useSwitchLanguage } from "@/i18n";
import { ActingBanner } from "@/features/own/ActingBanner";
import { useUnread } from "@/features/conversations/start";
import { EmergencyBanner } from "@/features/care/EmergencyBanner";
import { useStartDraft } from "@/features/mail/start";
import { Button } from "@/ui/Button";
import { Icon, type IconName } from "@/ui/Icon";
import { Logo } from "@/ui/Logo";
import { Banner } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import { usePlace } from "./place";
import { useMay, useSession, useSignOut } from "./session";
import { useShortcuts } from "./shortcuts";
import { ShortcutHelp } from "./ShortcutHelp";
import styles from "./shell.module.css";

const FOLDER_ICONS: Record<Folder, IconName> = { inbox: "inbox", sent: "sent", archive: "archive", trash: "trash" };
const FOLDERS: readonly Folder[] = ["inbox", "sent", "archive", "trash"];

export function Shell() {
  const t = useT();
  const may = useMay();
  const formats = useFormats();
  const { person, mailboxes, place, password_ends_at: ends } = useSession();
  const [menuOpen, setMenuOpen] = useState(false);
  const [helpOpen, setHelpOpen] = useState(false);
  const path = useLocation({ select: (location) => location.pathname });
  const startDraft = useStartDraft();

  const [openedAt, setOpenedAt] = useState(path);
  if (openedAt !== path) {
    setOpenedAt(path);
    setMenuOpen(false);
  }
  usePlace(person.id);
  useOwnLanguage(person.language);
  useNewMailVoice(mailboxes);
  useShortcuts({
    "?": () => setHelpOpen(true),
    ...(may("mail.send") ? { c: () => void startDraft() } : {}),
  });
  useEffect(() => {
    if (!menuOpen) return undefined;
    const close = (event: KeyboardEvent) => event.key === "Escape" && setMenuOpen(false);
    window.addEventListener("keydown", close);
    return () => window.removeEventListener("keydown", close);
  }, [menuOpen]);

  return (
    <div className={styles.shell} data-menu={menuOpen}>
      <a className={styles.skip} href="#content">
        {t("app.skip")}
      </a>
      <header className={styles.bar}>
        <Button
          kind="quiet"
          icon={menuOpen ? "close" : "menu"}
          bare
          label={t(menuOpen ? "nav.close" : "nav.open")}
          aria-expanded={menuOpen}
          onPress={() => setMenuOpen(!menuOpen)}
        />
        <Link to="/" className={styles.brand}>
          <Logo size={24} />
        </Link>
        {may("mail.send") ? (
          <Button kind="quiet" icon="pen" bare label={t("nav.compose")} onPress={() => void startDraft()} />
        ) : (
          <span className={styles.barEnd} />
        )}
      </header>
      <nav className={styles.rail} aria-label={t("nav.label")}>
        <Link to="/" className={`${styles.brand} ${styles.railBrand}`}>
          <Logo />
        </Link>
        <Rail onHelp={() => setHelpOpen(true)} />
      </nav>
      <div className={styles.side}>
        <ActingBanner />
        <EmergencyBanner />
        <main id="content" className={styles.content} tabIndex={-1} data-place="page">
          {place.read_only ? (
            <Banner tone="info">
              <p>{t("place.readOnly", { zone: place.zone ?? t("place.elsewhere") })}</p>
              {place.certificate_gap ? <p>{t(`certificate.${place.certificate_gap}`)}</p> : null}
            </Banner>
          ) : null}
          {ends ? (
            <Banner tone="info" actions={<Link to="/settings">{t("nav.settings")}</Link>}>
              {t("app.passwordEnds", { when: formats.short(ends) })}
            </Banner>
          ) : null}
          <Outlet />
        </main>
      </div>
      <ShortcutHelp isOpen={helpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
}

/** The person's own language, once after signing in; what is chosen later on this device stays. */
function useOwnLanguage(language: "en" | "nl") {
  const choose = useSwitchLanguage();
  useEffect(() => choose(language), [language, choose]);
}

/** Says aloud that mail came in, wherever in the app the person is. */
function useNewMailVoice(mailboxes: readonly OwnMailbox[]) {
  const t = useT();
  const { announce } = useVoice();
  const before = useRef<Map<string, number> | null>(null);
  useEffect(() => {
    for (const { id, unread, name } of mailboxes) {
      const count = unread - (before.current?.get(id) ?? unread);
      if (count > 0) announce(t("mail.announceNew", { count, mailbox: name }));
    }
    before.current = new Map(mailboxes.map((one) => [one.id, one.unread]));
  }, [announce, mailboxes, t]);
}

function Rail({ onHelp }: { onHelp: () => void }) {
  const t = useT();
  const may = useMay();
  const { mailboxes, person, org, roles, acting_for: acting } = useSession();
  const startDraft = useStartDraft();
  const signOut = useSignOut();
  const administers = (
    ["person.read", "role.manage", "mailbox.manage", "delegation.manage", "domain.manage", "policy.read", "report.read", "finding.review", "security.edit", "identity.manage"] as const
  ).some(may);
  return (
    <>
      {may("mail.send") ? (
        <Button kind="primary" icon="pen" label={t("nav.compose")} wide onPress={() => void startDraft()} />
      ) : null}
      <div className={styles.railScroll}>
        {may("mail.read") ? mailboxes.map((mailbox) => <MailboxNav key={mailbox.id} mailbox={mailbox} />) : null}
        {may("mail.send") ? <DraftsNav /> : null}
        {acting ? null : <ConversationsNav />}
        <ul className={styles.tools} aria-label={t("nav.tools")}>
          {may("mail.review") ? <ReviewNav /> : null}
          {may("patient.read") || may("access.review") ? (
            <li>
              <RailLink to="/patients" icon="people" label={t("nav.patients")} />
            </li>
          ) : null}
          {may("access.review") ? <EmergenciesNav /> : null}
          {may("self.read") ? (
            <li>
              <RailLink to="/own" icon="eye" label={t("nav.ownLog")} />
            </li>
          ) : null}
          {may("audit.read") ? (
            <li>
              <RailLink to="/audit" icon="log" label={t("nav.audit")} />
            </li>
          ) : null}
          {administers ? (
            <li>
              <RailLink to="/admin" icon="sliders" label={t("nav.admin")} />
            </li>
          ) : null}
          <li>
            <RailLink to="/settings" icon="gear" label={t("nav.settings")} />
          </li>
        </ul>
      </div>
      <div className={styles.account}>
        <p title={t("nav.account", { name: person.name })}>
          <strong>{person.name}</strong>
          <span>{[person.function || roles.join(", "), org.name].filter(Boolean).join(" · ")}</span>
        </p>
        <div className={styles.accountDo}>
          <Button kind="quiet" small icon="out" label={t("nav.signOut")} onPress={() => void signOut()} />
          <Button kind="quiet" small label="?" aria-label={t("shortcuts.title")} onPress={onHelp} />
        </div>
      </div>
    </>
  );
}

function RailLink(props: { to: "/audit" | "/patients" | "/emergencies" | "/own" | "/admin" | "/settings" | "/drafts" | "/review" | "/conversations"; icon: IconName; label: string; badge?: number; badgeWords?: string }) {
  return (
    <Link to={props.to} className={styles.link} activeProps={{ className: styles.on, "aria-current": "page" }}>
      <Icon name={props.icon} />
      <span>{props.label}</span>
      {props.badge ? (
        <span className={styles.badge}>
          <span aria-hidden="true">{props.badge > 999 ? "999+" : props.badge}</span>
          <span className="only-read">{props.badgeWords}</span>
        </span>
      ) : null}
    </Link>
  );
}

function MailboxNav({ mailbox }: { mailbox: OwnMailbox }) {
  const t = useT();
  const heading = `mailbox-${mailbox.id}`;
  const { mailboxes } = useSession();
  const at = useParams({ strict: false, select: (params) => params.mb });
  // With several mailboxes only the one in use shows all its folders: the menu stays short.
  const all = mailboxes.length < 3 ? (mailbox.kind === "personal" && !mailbox.mandate) || at === mailbox.id : at === mailbox.id;
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading} className={styles.group} title={mailbox.address}>
        {mailbox.name}
        {mailbox.kind === "shared" ? <span> · {t("nav.shared")}</span> : null}
        {mailbox.mandate ? <span> · {t(`nav.mandate.${mailbox.mandate.kind}`)}</span> : null}
      </h2>
      <ul>
        {(all ? FOLDERS : FOLDERS.slice(0, 1)).map((folder) => (
          <li key={folder}>
            <Link
              to="/mail/$mb/$folder"
              params={{ mb: mailbox.id, folder }}
              className={styles.link}
              activeProps={{ className: styles.on, "aria-current": "page" }}
            >
              <Icon name={FOLDER_ICONS[folder]} />
              <span>{t(`folder.${folder}`)}</span>
              {folder === "inbox" && mailbox.unread > 0 ? (
                <span className={styles.badge}>
                  <span aria-hidden="true">{mailbox.unread > 999 ? "999+" : mailbox.unread}</span>
                  <span className="only-read">{t("nav.unread", { count: mailbox.unread })}</span>
                </span>
              ) : null}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function DraftsNav() {
  const t = useT();
  const drafts = useQuery({
    queryKey: ["drafts", "count"],
    queryFn: ({ signal }) => api.get<Page<Pick<Draft, "id">>>("/drafts", { limit: 100 }, signal),
  });
  const count = drafts.data?.items.length ?? 0;
  return (
    <ul className={styles.tools}>
      <li>
        <RailLink to="/drafts" icon="draft" label={t("nav.drafts")} badge={count} badgeWords={t("nav.waiting", { count })} />
      </li>
    </ul>
  );
}

function ConversationsNav() {
  const t = useT();
  const unread = useUnread();
  return (
    <ul className={styles.tools}>
      <li>
        <RailLink to="/conversations" icon="chat" label={t("nav.conversations")} badge={unread} badgeWords={t("nav.unread", { count: unread })} />
      </li>
    </ul>
  );
}

function EmergenciesNav() {
  const t = useT();
  const waiting = useQuery({
    queryKey: ["emergencies", "count"],
    queryFn: ({ signal }) => api.get<Page<EmergencyLine>>("/break-glass", { limit: 100 }, signal),
  });
  const count = waiting.data?.items.length ?? 0;
  return (
    <li>
      <RailLink to="/emergencies" icon="warn" label={t("nav.emergency")} badge={count} badgeWords={t("nav.waiting", { count })} />
    </li>
  );
}

function ReviewNav() {
  const t = useT();
  const held = useQuery({
    queryKey: ["held", "count"],
    queryFn: ({ signal }) => api.get<Page<HeldLine>>("/held", { limit: 100 }, signal),
  });
  const count = held.data?.items.length ?? 0;
  return (
    <li>
      <RailLink to="/review" icon="shield" label={t("nav.review")} badge={count} badgeWords={t("nav.waiting", { count })} />
    </li>
  );
}
