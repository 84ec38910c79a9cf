import type { Finding, Route } from "@/api/types";
import { FoundList, type Alarms } from "@/features/findings/FoundList";
import { useT } from "@/i18n";
import { Check, Choice, TextField } from "@/ui/Field";
import { RouteMark } from "@/ui/RouteMark";
import { LighterHint, MarkKey } from "./Findings";
import type { DraftEditor } from "./useDraftEditor";
import styles from "./compose.module.css";

const ROUTES: readonly Route[] = ["inside", "verified_tls", "pickup", "none"];
const DAYS = [1, 3, 7, 14, 30, 60, 90, 180, 365] as const;

/** Beside the writing: how the message goes, what was found in it, and the options. */
export function SidePanel(props: { editor: DraftEditor; foundId: string; onShow: (finding: Finding) => void; alarms: Alarms }) {
  const { editor, foundId } = props;
  const t = useT();
  const { content, plan } = editor;
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
          <>
            <LighterHint answer={plan.answer} />
            <FoundList
              findings={plan.answer.findings.spans}
              sensitivity={plan.answer.findings.sensitivity}
              files={plan.of.files}
              texts={plan.of}
              onShow={props.onShow}
              alarms={props.alarms}
            />
          </>
        ) : (
          <p className="small soft">{t("compose.planning")}</p>
        )}
      </section>
      {plan.answer?.findings.spans.some(({ part }) => part.part === "subject" || part.part === "body") ? <MarkKey /> : null}
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
