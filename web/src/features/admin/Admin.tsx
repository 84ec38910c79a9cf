import { Link, Outlet } from "@tanstack/react-router";
import type { Permission } from "@/api/types";
import { Redirect } from "@/app/Redirect";
import { useMay } from "@/app/session";
import { useT, type MessageKey } from "@/i18n";
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
  const parts = useParts();
  useTitle(t("admin.title"));
  return (
    <div className="page">
      {/* Also with one part: a page without anything to press is scrolled by keyboard from here. */}
      <nav className={styles.nav} aria-label={t("admin.parts")}>
        {parts.map((part) => (
          <Link key={part.to} to={part.to} activeProps={{ "aria-current": "page" }}>
            {t(part.words)}
          </Link>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}

export function AdminHome() {
  const first = useParts()[0];
  return <Redirect to={first?.to ?? "/"} />;
}
