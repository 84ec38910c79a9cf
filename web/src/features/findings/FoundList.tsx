import { useState } from "react";
import { api } from "@/api/client";
import type { AttachmentMeta, Finding, Sensitivity } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextArea } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { useProblemText } from "@/ui/problem";
import { useVoice } from "@/ui/toasts";
import { whyFound, whyUnread } from "@/words/findings";
import { ALARM_LONGEST, claimOf, countsOf, groupsOf, isQuiet, type Claim, type Counted, type Group, type Item, type Texts } from "./found";
import styles from "./findings.module.css";

/** Reports a finding as none; gives whether it is new. None where the finding can't be reported any more. */
export type Report = (finding: Finding, claim: Claim, note?: string) => Promise<boolean>;

interface Props {
  findings: readonly Finding[];
  sensitivity: Sensitivity;
  files: readonly AttachmentMeta[];
  texts: Texts;
  /** Goes to a finding in the text. */
  onShow?: ((finding: Finding) => void) | undefined;
  /** Where what is none can be reported. */
  alarms?: Alarms | undefined;
}

const COUNTED_WORDS = {
  person: "counted.person",
  DOB: "counted.DOB",
  number: "counted.number",
  DIAGNOSIS: "counted.DIAGNOSIS",
  MEDICATION: "counted.MEDICATION",
  LAB: "counted.LAB",
  unreadable: "counted.unreadable",
} as const satisfies Record<Counted, string>;

/** "2 names, 1 date of birth and 3 diagnoses or complaints"; empty when nothing was found. */
export function useSummary(): (groups: readonly Group[]) => string {
  const t = useT();
  const formats = useFormats();
  return (groups) => formats.list(countsOf(groups).map(({ counted, count }) => t(COUNTED_WORDS[counted], { count })));
}

/** What was found: the verdict, a short count, and each finding with why, a way to it, and "this is none". */
export function FoundList({ findings, sensitivity, files, texts, onShow, alarms }: Props) {
  const t = useT();
  const groups = groupsOf(findings, texts);
  const summary = useSummary()(groups);
  const quiet = isQuiet(sensitivity);
  return (
    <div className={styles.found}>
      <p className={styles.verdict} data-tone={quiet ? "ok" : "warn"}>
        <Icon name={quiet ? "check" : "shield"} size={18} />
        <span>{t(`sensitivity.${sensitivity}`)}</span>
      </p>
      {summary ? <p className="small">{t("found.summary", { what: summary })}</p> : <p className="small soft">{t("found.summaryNone")}</p>}
      {groups.map(({ look, items }) => (
        <section key={look} aria-label={t(`look.${look}`)}>
          <h3>
            <mark data-look={look} className={styles.key}>
              {t(`look.${look}`)}
            </mark>
          </h3>
          <ul>
            {items.map((item) => (
              <FoundItem key={item.key} item={item} files={files} onShow={onShow} alarms={alarms} />
            ))}
          </ul>
          {look === "unreadable" ? <p className="small soft">{t("found.unreadSend")}</p> : null}
        </section>
      ))}
    </div>
  );
}

export interface Alarms {
  done: ReadonlySet<string>;
  send: (item: Pick<Item, "key" | "findings">, claim: Claim, note?: string) => void;
}

/** What was reported from this page. */
export function useAlarms(report: Report): Alarms {
  const t = useT();
  const words = useProblemText();
  const { tell } = useVoice();
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  return {
    done,
    send: (item, claim, note) => {
      const finding = item.findings[0];
      if (!finding) return;
      report(finding, claim, note)
        .then((fresh) => {
          setDone((before) => new Set(before).add(item.key));
          tell(t(note ? "alarm.noted" : fresh ? "alarm.done" : "alarm.again"));
        })
        .catch((error: unknown) => tell(words(error)));
    },
  };
}

function FoundItem(props: { item: Item; files: readonly AttachmentMeta[]; onShow: Props["onShow"]; alarms: Alarms | undefined }) {
  const { item, files, onShow, alarms } = props;
  const t = useT();
  // Pressed again it goes on to the next of the same words.
  const [next, setNext] = useState(0);
  const kind = t(`finding.${item.kind}`);
  const name = item.file === undefined ? "" : (files[item.file]?.file_name ?? String(item.file + 1));
  const count = item.findings.length;
  const why = item.kind === "UNREADABLE" ? whyUnread(t, item.reason) : whyFound(t, item.reason);
  const show = () => {
    const finding = item.findings[next % count];
    if (!finding) return;
    setNext(next + 1);
    onShow?.(finding);
  };
  return (
    <li className={styles.item} data-tied={item.tied}>
      {item.text === undefined ? (
        <p>
          <strong>{item.kind === "UNREADABLE" ? name || t("part.body") : t("found.inFile", { what: kind, count })}</strong>
          {item.kind === "UNREADABLE" ? null : (
            <span className="soft"> {t(item.place === "file_name" ? "part.file_name" : "part.attachment", { name })}</span>
          )}
        </p>
      ) : (
        <p>
          {onShow ? (
            <button type="button" className={styles.show} aria-label={t("found.show", { text: item.text })} onClick={show}>
              {item.text}
            </button>
          ) : (
            <strong>{item.text}</strong>
          )}
          {count > 1 ? <span className="soft"> {t("found.times", { count })}</span> : null} <span className="soft">· {kind}</span>
        </p>
      )}
      {/* Of a file's many findings each has its own reason. */}
      {item.text === undefined && item.kind !== "UNREADABLE" ? null : <p className="small soft">{why}</p>}
      {item.tied ? (
        <p className={styles.tied}>
          <Icon name="shield" size={14} />
          {t("found.linked")}
        </p>
      ) : null}
      {alarms ? <AlarmButton item={item} alarms={alarms} /> : null}
    </li>
  );
}

/** One press: this is none. */
export function AlarmButton({ item, alarms }: { item: Pick<Item, "key" | "kind" | "text" | "findings">; alarms: Alarms }) {
  const t = useT();
  const claim = claimOf(item.kind);
  if (!claim || item.text === undefined || Array.from(item.text).length > ALARM_LONGEST) return null;
  if (alarms.done.has(item.key)) {
    return (
      <div className={styles.reported}>
        <p className={styles.tied}>
          <Icon name="check" size={14} />
          {t("alarm.reported")}
        </p>
        <AddNote text={item.text} onNote={(note) => alarms.send(item, claim, note)} />
      </div>
    );
  }
  return (
    <Button
      kind="quiet"
      small
      icon="flag"
      label={t(`alarm.${claim}`)}
      aria-label={t("alarm.label", { what: t(`alarm.${claim}`), text: item.text })}
      onPress={() => alarms.send(item, claim)}
    />
  );
}

/** One press reports; who likes to say more does so afterwards. */
function AddNote({ text, onNote }: { text: string; onNote: (note: string) => void }) {
  const t = useT();
  const [note, setNote] = useState<string>();
  const close = () => setNote(undefined);
  return (
    <>
      <Button kind="quiet" small icon="pen" label={t("alarm.note")} aria-label={t("alarm.noteFor", { text })} onPress={() => setNote("")} />
      {note === undefined ? null : (
        <Dialog
          title={t("alarm.noteFor", { text })}
          isOpen
          sheet
          onClose={close}
          actions={
            <>
              <Button label={t("do.cancel")} onPress={close} />
              <Button
                kind="primary"
                label={t("alarm.note")}
                isDisabled={note.trim() === ""}
                onPress={() => {
                  onNote(note.trim());
                  close();
                }}
              />
            </>
          }
        >
          <TextArea label={t("alarm.noteLabel")} help={t("alarm.noteHelp")} maxLength={300} rows={3} value={note} onChange={setNote} />
        </Dialog>
      )}
    </>
  );
}

/** Sends a report to the server. */
export async function sendAlarm(path: string, finding: Pick<Finding, "part" | "start" | "end" | "kind">, claim: Claim, note = ""): Promise<boolean> {
  const { part, start, end, kind } = finding;
  const answer = await api.post<{ new: boolean }>(`${path}/false-alarms`, { part, start, end, kind, claim, note });
  return answer.new;
}
