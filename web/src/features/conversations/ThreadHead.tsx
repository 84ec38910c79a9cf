import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import type { Conversation } from "@/conversations/protocol";
import { useMay } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { patientsQuery } from "@/features/care/queries";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import type { DetailsPart } from "./Details";
import { useMe } from "./state";
import { custodian, talking, titleOf } from "./words";
import styles from "./conversations.module.css";

/** What it is about, who is in it, and who keeps it. */
export function ThreadHead({
  conversation,
  heading,
  back,
  onDetails,
}: {
  conversation: Conversation;
  heading: React.RefObject<HTMLHeadingElement | null>;
  back: React.ReactNode;
  onDetails: (part: DetailsPart) => void;
}) {
  const t = useT();
  const formats = useFormats();
  const me = useMe();
  const title = titleOf(conversation, me, t, formats);
  const members = talking(conversation);
  const others = members.filter((one) => one.person !== me);
  const keeper = custodian(conversation);
  const about = () => onDetails({ kind: "about" });
  // Of two the other's function; of several who they are.
  const [only] = others;
  const under =
    only && others.length === 1 && !conversation.subject
      ? only.function || t(`conversation.role.${only.role}`)
      : others.map((one) => [one.name, one.function].filter(Boolean).join(", ")).join(" · ");
  return (
    <header className={styles.headBlock}>
      <div className={styles.head}>
        {back}
        <div className={styles.headWords}>
          <h1 ref={heading} tabIndex={-1} className={styles.title}>
            {title}
          </h1>
          <p className={styles.under}>{under}</p>
        </div>
        <Button
          kind="quiet"
          icon="people"
          roomy
          label={t("conversation.details", { count: members.length })}
          onPress={about}
        />
      </div>
      {keeper || conversation.patient ? (
        <div className={styles.headNotes}>
          {conversation.patient ? <PatientTag patient={conversation.patient} /> : null}
          {keeper ? (
            <p className={styles.keeper}>
              <Icon name="archive" size={16} />
              <span>{t("conversation.keeper")}</span>
            </p>
          ) : null}
        </div>
      ) : null}
    </header>
  );
}

/** About whom it is. The name is shown to those in whose own list the patient stands: that is no look that is recorded. */
export function useAbout(patient: string): string {
  const t = useT();
  const may = useMay();
  const mine = useQuery({ ...patientsQuery(""), enabled: may("patient.read") });
  const known = mine.data?.find((one) => one.id === patient);
  return known ? t("conversation.aboutName", { name: known.name }) : t("conversation.aboutPatient");
}

export function PatientTag({ patient }: { patient: string }) {
  const may = useMay();
  const words = useAbout(patient);
  return (
    <p className={styles.patient}>
      <Icon name="people" size={16} />
      {may("patient.read") ? (
        // Opening is recorded in the log: never ahead of the click.
        <Link to="/patients/$patient" params={{ patient }} preload={false}>
          {words}
        </Link>
      ) : (
        <span>{words}</span>
      )}
    </p>
  );
}
