import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useId, useRef, useState } from "react";
import type { Permission } from "@/api/types";
import { Redirect } from "@/app/Redirect";
import { useMay } from "@/app/session";
import { useT, type MessageKey } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { useTitle } from "@/ui/title";
import styles from "./admin.module.css";

const PARTS = [
  { to: "/admin/people", words: "admin.people", needs: ["person.read", "person.manage"] },
  { to: "/admin/roles", words: "admin.roles", needs: ["role.manage"] },
  { to: "/admin/reviews", words: "reviews.part", needs: ["rights.review"] },
  { to: "/admin/who", words: "who.part", needs: ["rights.review"] },
  { to: "/admin/mailboxes", words: "admin.mailboxes", needs: ["mailbox.manage"] },
  { to: "/admin/mandates", words: "admin.mandates", needs: ["delegation.manage"] },
  { to: "/admin/partners", words: "admin.partners", needs: ["domain.manage"] },
  { to: "/admin/policy", words: "admin.policy", needs: ["policy.read", "policy.edit"] },
  { to: "/admin/false-alarms", words: "alarms.part", needs: ["finding.review"] },
  { to: "/admin/reports", words: "report.part", needs: ["report.read"] },
  { to: "/admin/security", words: "admin.security", needs: ["security.edit"] },
  { to: "/admin/providers", words: "admin.providers", needs: ["identity.manage"] },
  { to: "/admin/approvals", words: "admin.approvals", needs: ["person.approve"] },
  { to: "/admin/provisioning", words: "admin.provisioning", needs: ["identity.manage", "person.manage"] },
  { to: "/admin/sessions", words: "admin.sessions", needs: ["person.manage"] },
] as const satisfies readonly { to: string; words: MessageKey; needs: readonly Permission[] }[];

function useParts() {
  const may = useMay();
  return PARTS.filter((part) => part.needs.some((permission) => may(permission)));
}

export function Admin() {
  const t = useT();
  useTitle(t("admin.title"));
  return (
    <div className="page">
      {/* Also with one part: a page without anything to press is scrolled by keyboard from here. */}
      <Parts />
      <Outlet />
    </div>
  );
}

/** The parts side by side; on a phone only the one that is open, and the others when it is pressed. */
function Parts() {
  const t = useT();
  const id = useId();
  const parts = useParts();
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const here = useLocation({ select: ({ pathname }) => parts.find((part) => pathname.startsWith(part.to)) });
  return (
    <nav className={styles.nav} aria-label={t("admin.parts")}>
      <button
        ref={opener}
        type="button"
        className={`button plain ${styles.opener}`}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <span>
          <span className="only-read">{t("admin.parts")}: </span>
          {t(here?.words ?? "admin.title")}
        </span>
        <Icon name="down" />
      </button>
      <div id={id} className={styles.parts} data-open={open}>
        {parts.map((part) => (
          <Link
            key={part.to}
            to={part.to}
            activeProps={{ "aria-current": "page" }}
            onClick={() => {
              if (open) opener.current?.focus();
              setOpen(false);
            }}
          >
            {t(part.words)}
          </Link>
        ))}
      </div>
    </nav>
  );
}

export function AdminHome() {
  const first = useParts()[0];
  return <Redirect to={first?.to ?? "/"} />;
}
