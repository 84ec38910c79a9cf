import { useEffect, useId, useRef, useState } from "react";
import type { Finding, PlanAnswer } from "@/api/types";
import { AlarmButton, FoundList, sendAlarm, useAlarms, useSummary, type Alarms, type Report } from "@/features/findings/FoundList";
import { groupsOf } from "@/features/findings/found";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Icon } from "@/ui/Icon";
import { useVoice } from "@/ui/toasts";
import { lookOf, whyFound } from "@/words/findings";
import { inText, locate, shift } from "./spans";
import type { DraftEditor } from "./useDraftEditor";
import styles from "./compose.module.css";

/** Where the caret stands: in which part, and at which UTF-16 unit. */
export interface Caret {
  part: "subject" | "body";
  at: number;
}

const now = (editor: DraftEditor, part: string) => (part === "subject" ? editor.content.subject : editor.content.text);
const before = (editor: DraftEditor, part: string) => (part === "subject" ? editor.plan.of.subject : editor.plan.of.text);

/** Goes to findings in the fields, and reports them as they stand there now. */
export function useFindings(editor: DraftEditor, draftId: string, fields: { subject: string; body: string }) {
  const show = (finding: Finding) => {
    const { part } = finding.part;
    const place = inText(finding, before(editor, part), now(editor, part));
    const field = document.getElementById(part === "subject" ? fields.subject : fields.body);
    if (!place || !(field instanceof HTMLTextAreaElement)) return;
    // After a sheet has closed and given the focus back.
    setTimeout(() => {
      field.focus({ preventScroll: true });
      field.setSelectionRange(place.start, place.end);
      markAt(field, place.start)?.scrollIntoView({ block: "center" });
    }, 0);
  };
  const report: Report = async (finding, claim, note) => {
    // What was typed since is saved first: the server looks at what it has.
    await editor.flush();
    const { part } = finding.part;
    const place = inText(finding, before(editor, part), now(editor, part));
    return sendAlarm(`/drafts/${draftId}`, place?.finding ?? finding, claim, note);
  };
  return { show, alarms: useAlarms(report) };
}

/** The mark behind the field at this place. */
function markAt(field: HTMLTextAreaElement, start: number): Element | undefined {
  let at = 0;
  for (const piece of field.previousElementSibling?.children ?? []) {
    if (at >= start) return piece;
    at += piece.textContent.length;
  }
  return undefined;
}

/** What stands at the caret: what it is, why, and "this is none" with one press. */
export function AtCaret({ editor, caret, alarms }: { editor: DraftEditor; caret: Caret | undefined; alarms: Alarms }) {
  const t = useT();
  const found = caret && editor.plan.answer ? atCaret(editor, editor.plan.answer, caret) : undefined;
  if (!found) return null;
  const { finding, text } = found;
  const item = { key: `${finding.kind}/${text.toLowerCase()}`, kind: finding.kind, text, findings: [finding] };
  return (
    <aside className={styles.here} aria-label={t("found.here")}>
      <p>
        <mark data-look={lookOf(finding.kind)}>{text}</mark> <strong>{t(`finding.${finding.kind}`)}</strong>{" "}
        <span className="soft">{whyFound(t, finding.reason)}</span>
      </p>
      <AlarmButton item={item} alarms={alarms} />
    </aside>
  );
}

function atCaret(editor: DraftEditor, answer: PlanAnswer, { part, at }: Caret): { finding: Finding; text: string } | undefined {
  const text = now(editor, part);
  const of = before(editor, part);
  const spans = locate(
    answer.findings.spans.filter((span) => span.part.part === part),
    of,
  );
  const here = shift(spans, of, text).find((span) => span.start < at && at < span.end);
  return here ? { finding: here.finding, text: text.slice(here.start, here.end) } : undefined;
}

/** What would make a difference: tried by the server with the text as it is. */
export function LighterHint({ answer }: { answer: PlanAnswer }) {
  const t = useT();
  const { lighter } = answer;
  if (!lighter) return null;
  return (
    <div className={styles.lighter}>
      <Icon name="info" size={18} />
      <div>
        <p>{t(`lighter.${lighter.without}`, { count: lighter.count })}</p>
        <p className="small soft">{t("lighter.tried")}</p>
      </div>
    </div>
  );
}

/** On a narrow screen: a short count in sight, and the whole list when it is pressed. */
export function FoundSheet({ editor, onShow, alarms }: { editor: DraftEditor; onShow: (finding: Finding) => void; alarms: Alarms }) {
  const t = useT();
  const summary = useSummary();
  const [open, setOpen] = useState(false);
  const { answer, of } = editor.plan;
  if (!answer || answer.findings.spans.length === 0) return null;
  const { spans, sensitivity } = answer.findings;
  return (
    <>
      <span className={styles.sheetOpener}>
        <Button kind="quiet" small icon="shield" label={summary(groupsOf(spans, of))} aria-haspopup="dialog" onPress={() => setOpen(true)} />
      </span>
      <Dialog title={t("found.open")} isOpen={open} sheet onClose={() => setOpen(false)}>
        <LighterHint answer={answer} />
        <FoundList
          findings={spans}
          sensitivity={sensitivity}
          files={of.files}
          texts={of}
          alarms={alarms}
          onShow={(finding) => {
            setOpen(false);
            onShow(finding);
          }}
        />
      </Dialog>
    </>
  );
}

const AFTER_MS = 1_500;

/** Says aloud, politely and once, when what was found has changed. */
export function useFoundVoice(editor: DraftEditor) {
  const t = useT();
  const { announce } = useVoice();
  const summary = useSummary();
  const said = useRef<string>(undefined);
  const { answer, of } = editor.plan;
  const words = answer
    ? t("found.voice", { verdict: t(`sensitivity.${answer.findings.sensitivity}`), what: summary(groupsOf(answer.findings.spans, of)) })
    : undefined;
  useEffect(() => {
    if (words === undefined) return undefined;
    const before = said.current;
    said.current ??= words;
    // What a draft holds when it is opened stands on the page; only what changes is told.
    if (before === undefined || before === words) return undefined;
    // After what is said of the routes, and not for what is gone again by then.
    const later = setTimeout(() => {
      said.current = words;
      announce(words);
    }, AFTER_MS);
    return () => clearTimeout(later);
  }, [announce, words]);
}

/** How the marks look, for who can't tell the colours. */
export function MarkKey() {
  const t = useT();
  const id = useId();
  return (
    <section aria-labelledby={id} className={styles.markKey}>
      <h2 id={id}>{t("look.key")}</h2>
      <ul>
        {(["person", "number", "health"] as const).map((look) => (
          <li key={look}>
            <mark data-look={look}>{t(`look.key.${look}`)}</mark>
          </li>
        ))}
      </ul>
    </section>
  );
}
