import { Navigate } from "@tanstack/react-router";
import { useT } from "@/i18n";
import { Empty } from "@/ui/pieces";
import { useMay, useSession } from "./session";

/** Where a person starts: at the own mailbox, else at what they may do. */
export function Home() {
  const t = useT();
  const { mailboxes } = useSession();
  const may = useMay();
  const mine = mailboxes.find((one) => one.kind === "personal") ?? mailboxes[0];
  if (mine && may("mail.read")) return <Navigate to="/mail/$mb/$folder" params={{ mb: mine.id, folder: "inbox" }} replace />;
  if (may("audit.read")) return <Navigate to="/audit" replace />;
  if (may("mail.review")) return <Navigate to="/review" replace />;
  if (may("person.read") || may("policy.read")) return <Navigate to="/admin" replace />;
  return (
    <Empty icon="inbox" title={t("mail.noMailbox")}>
      {t("mail.noMailboxHelp")}
    </Empty>
  );
}
