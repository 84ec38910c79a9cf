import { useT } from "@/i18n";
import { Empty } from "@/ui/pieces";
import { Redirect } from "./Redirect";
import { useMay, useSession } from "./session";

/** Where a person starts: at the own mailbox, else at what they may do. */
export function Home() {
  const t = useT();
  const { mailboxes, acting_for: acting } = useSession();
  const may = useMay();
  const mine = mailboxes.find((one) => one.kind === "personal" && !one.mandate) ?? mailboxes[0];
  if (mine && may("mail.read")) return <Redirect to={`/mail/${mine.id}/inbox`} />;
  if (acting || may("self.read")) return <Redirect to="/own" />;
  if (may("audit.read")) return <Redirect to="/audit" />;
  if (may("mail.review")) return <Redirect to="/review" />;
  if (may("person.read") || may("policy.read")) return <Redirect to="/admin" />;
  return (
    <Empty icon="inbox" title={t("mail.noMailbox")}>
      {t("mail.noMailboxHelp")}
    </Empty>
  );
}
