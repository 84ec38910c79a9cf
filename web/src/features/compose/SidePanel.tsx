import type { AttachmentMeta, Finding, Route } from "@/api/types";
import { useT, type Translate } from "@/i18n";
import { Check, Choice, TextField } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { RouteMark } from "@/ui/RouteMark";
import { summarise, type Found } from "./spans";
import type { DraftEditor } from "./useDraftEditor";
import styles from "./compose.module.css";

const ROUTES: readonly Route[] = ["inside", "verified_tls", "pickup", "none"];
const DAYS = [1, 3, 7, 14, 30, 60, 90, 180, 365] as const;

/** Beside the writing: how the message goes, what was found in it, and the options. */
export function SidePanel({ editor, foundId }: { editor: DraftEditor; foundId: string }) {
  const t = useT();
  const { content, plan, files } = editor;
  const routes = plan.answer?.plan.recipients.map((one) => one.route) ?? [];
  return (
    <div className={styles.side}>
      <section>
        <h2>{t("compose.how")}</h2>
        {content.recipients.length === 0 ? (
          <p className="small soft">{t("compose.howEmpty")}</p>
        ) : (
          <ul className={styles.routes} aria-busy={plan.busy}>
            {ROUTES.filter((route) => routes.includes(route)).map((route) => (
              <li key={route}>
                <RouteMark route={route} />
                <span className="nums">{routes.filter((one) => one === route).length}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section id={foundId}>
        <h2>{t("compose.found")}</h2>
        {plan.answer ? (
          <FoundList findings={plan.answer.findings.spans} sensitivity={plan.answer.findings.sensitivity} files={files} />
        ) : (
          <p className="small soft">{t("compose.planning")}</p>
        )}
      </section>
      <section className={styles.options}>
        <h2>{t("compose.options")}</h2>
        <TextField
          label={t("compose.patient")}
          help={t("compose.patientHelp")}
          autoComplete="off"
          maxLength={200}
          value={content.patient}
          onChange={(patient) => editor.change((before) => ({ ...before, patient }))}
        />
        <Check
          label={t("compose.askPickup")}
          help={t("compose.askPickupHelp")}
          checked={content.askPickup}
          onChange={(askPickup) => editor.change((before) => ({ ...before, askPickup }))}
        />
        <Choice
          label={t("compose.expires")}
          value={content.expiresDays === null ? "" : String(content.expiresDays)}
          onChange={(days) => editor.change((before) => ({ ...before, expiresDays: days === "" ? null : Number(days) }))}
          options={[
            { value: "", label: t("compose.expiresDefault") },
            ...[...new Set([...DAYS, ...(content.expiresDays === null ? [] : [content.expiresDays])])]
              .sort((a, b) => a - b)
              .map((days) => ({ value: String(days), label: t("compose.expiresDays", { days }) })),
          ]}
        />
      </section>
    </div>
  );
}

export function FoundList(props: {
  findings: readonly Finding[];
  sensitivity: "none" | "unreadable" | "identifier" | "health" | "health_many";
  files: readonly AttachmentMeta[];
}) {
  const t = useT();
  const found = summarise(props.findings);
  const quiet = props.sensitivity === "none";
  return (
    <>
      <p className={styles.verdict} data-tone={quiet ? "ok" : "warn"}>
        <Icon name={quiet ? "check" : "shield"} size={18} />
        <span>{t(`sensitivity.${props.sensitivity}`)}</span>
      </p>
      {found.length > 0 ? (
        <ul className={styles.foundList}>
          {found.map((one, index) => (
            <li key={index}>{foundText(t, one, props.files)}</li>
          ))}
        </ul>
      ) : (
        <p className="small soft">{t("compose.foundNothing")}</p>
      )}
    </>
  );
}

function foundText(t: Translate, { kind, part, count }: Found, files: readonly AttachmentMeta[]): string {
  const name = "index" in part ? (files[part.index]?.file_name ?? String(part.index + 1)) : "";
  const where =
    part.part === "attachment"
      ? t("part.attachment", { name })
      : part.part === "file_name"
        ? t("part.file_name", { name })
        : t(`part.${part.part}`);
  const what = t(`finding.${kind}`);
  return count > 1 ? t("compose.foundTimes", { what, count, where }) : t("compose.foundItem", { what, where });
}
