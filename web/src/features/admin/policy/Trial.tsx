import { useEffect, useId, useState } from "react";
import { api } from "@/api/client";
import type { Finding, Policy, SpecialCategory, TrialAnswer, Tried } from "@/api/types";
import { MarkedField } from "@/features/compose/MarkedField";
import { FoundList } from "@/features/findings/FoundList";
import { useFormats, useLanguage, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Chip, TwoLines } from "@/ui/pieces";
import { ruleText } from "@/words/rules";
import { measuresHold } from "./Measures";
import { EXAMPLES, SAMPLES } from "./examples";
import { Faults } from "./Faults";
import { FileDrop, type TrialFile } from "./FileDrop";
import styles from "../admin.module.css";

interface Sample {
  subject: string;
  text: string;
  file: TrialFile | null;
}

interface Answered {
  sample: Sample;
  answer: TrialAnswer;
}

const PAUSE_MS = 400;
const NOTHING: Sample = { subject: "", text: "", file: null };

/** Asks while one types, after each pause, what the policy as it was edited would do. */
function useTrial(policy: Policy, sample: Sample) {
  const [answered, setAnswered] = useState<Answered | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const empty = sample.subject.trim() === "" && sample.text.trim() === "" && !sample.file;
  const holds = measuresHold(policy);
  useEffect(() => {
    if (empty || !holds) return;
    const stop = new AbortController();
    const { subject, text, file } = sample;
    const body = { policy, subject, text, file: file ? { file_name: file.name, content: file.content } : null };
    const ask = async () => {
      setBusy(true);
      try {
        const answer = await api.post<TrialAnswer>("/policy/try", body, { signal: stop.signal });
        if (stop.signal.aborted) return;
        setAnswered({ sample, answer });
        setError(null);
      } catch (failed) {
        if (!stop.signal.aborted) setError(failed);
      } finally {
        if (!stop.signal.aborted) setBusy(false);
      }
    };
    const later = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      clearTimeout(later);
      stop.abort();
    };
  }, [policy, sample, empty, holds]);
  return { answered: empty ? null : answered, error: empty ? null : error, busy: busy && !empty, empty };
}

/** A field to try the policy on, as it stands in the editor. */
export function Trial({ policy }: { policy: Policy }) {
  const t = useT();
  const id = useId();
  const language = useLanguage();
  const [sample, setSample] = useState<Sample>(NOTHING);
  const { answered, error, busy, empty } = useTrial(policy, sample);
  const spans = answered?.answer.edited.findings.spans ?? [];
  const inPart = (part: "subject" | "body") => spans.filter((span) => span.part.part === part);
  return (
    <section className="panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t("try.title")}</h2>
      <p className="small soft">{t("try.lead")}</p>
      <div className={styles.examples} role="group" aria-label={t("try.examples")}>
        {EXAMPLES.map((one) => (
          <Button
            key={one}
            kind="quiet"
            small
            label={t(`tryExample.${one}`)}
            onPress={() => setSample({ ...SAMPLES[language][one], file: null })}
          />
        ))}
      </div>
      <div className={styles.trialField}>
        <label htmlFor={`${id}-subject`}>{t("try.subject")}</label>
        <MarkedField
          id={`${id}-subject`}
          single
          value={sample.subject}
          findings={inPart("subject")}
          of={answered?.sample.subject ?? ""}
          onChange={(subject) => setSample({ ...sample, subject })}
        />
      </div>
      <div className={styles.trialField} data-tall="true">
        <label htmlFor={`${id}-text`}>{t("try.text")}</label>
        <MarkedField
          id={`${id}-text`}
          value={sample.text}
          findings={inPart("body")}
          of={answered?.sample.text ?? ""}
          describedBy={`${id}-result`}
          onChange={(text) => setSample({ ...sample, text })}
        />
      </div>
      <FileDrop file={sample.file} onChange={(file) => setSample({ ...sample, file })} />
      <div id={`${id}-result`} aria-live="polite" aria-busy={busy} className={styles.trial}>
        {error ? <Faults error={error} policy={policy} /> : null}
        {answered && !error ? <Result answered={answered} /> : null}
        {empty ? <p className="small soft">{t("try.empty")}</p> : null}
        {busy && !answered ? <p className="small soft">{t("try.busy")}</p> : null}
      </div>
    </section>
  );
}

function Result({ answered }: { answered: Answered }) {
  const t = useT();
  const { edited, in_force: before } = answered.answer;
  return (
    <>
      <h3>{t("try.result")}</h3>
      <p className={styles.verdicts}>
        <Verdict tried={edited} />
        {before && verdictOf(before) !== verdictOf(edited) ? (
          <span className="small soft">
            {t("try.now")}: {t(`sensitivity.${before.findings.sensitivity}`)}
          </span>
        ) : null}
      </p>
      <Outcomes edited={edited} before={before ?? null} />
      <Spans answered={answered} />
    </>
  );
}

const verdictOf = ({ findings, rules }: Tried) => `${findings.sensitivity} ${rules.join(" ")}`;

function Verdict({ tried }: { tried: Tried }) {
  const t = useT();
  const { sensitivity, individuals, special } = tried.findings;
  return (
    <>
      <Chip tone={sensitivity === "none" ? "ok" : "warn"} icon={sensitivity === "none" ? "check" : "shield"}>
        {t(`sensitivity.${sensitivity}`)}
      </Chip>
      {individuals > 0 ? <Chip>{t("try.individuals", { count: individuals })}</Chip> : null}
      {special.map((one: SpecialCategory) => (
        <Chip key={one} tone="warn">
          {t(`special.${one}`)}
        </Chip>
      ))}
    </>
  );
}

/** A line for each destination: what would happen, by which row, and what happens now. */
function Outcomes({ edited, before }: { edited: Tried; before: Tried | null }) {
  const t = useT();
  const formats = useFormats();
  return (
    <div className={styles.scroller}>
      <table className={styles.policy}>
        <caption className="only-read">{t("try.where")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("try.to")}</th>
            <th scope="col">{t("try.action")}</th>
            <th scope="col">{t("try.because")}</th>
            {before ? <th scope="col">{t("try.now")}</th> : null}
          </tr>
        </thead>
        <tbody>
          {edited.outcomes.map((one) => {
            const was = before?.outcomes.find(({ to }) => to === one.to)?.action;
            return (
              <tr key={one.to} data-to={one.to}>
                <th scope="row">{t(`destination.${one.to}`)}</th>
                <td data-head={t("try.action")} data-action={one.action}>
                  <TwoLines under={one.may_override ? t("try.mayOverride") : null}>
                    <span className={styles.action}>{t(`action.${one.action}`)}</span>
                  </TwoLines>
                </td>
                <td data-head={t("try.because")}>
                  {one.because.length > 0 ? formats.list(one.because.map((rule) => ruleText(t, rule))) : "–"}
                </td>
                {was ? (
                  <td data-head={t("try.now")} data-action={was}>
                    {was === one.action ? t("try.same") : <span className={styles.action}>{t(`action.${was}`)}</span>}
                  </td>
                ) : null}
              </tr>
            );
          })}
          <tr>
            <th scope="row">{t("try.incoming")}</th>
            <td data-head={t("try.action")}>{t(`incoming.${edited.incoming}`)}</td>
            <td data-head={t("try.because")}>–</td>
            {before ? (
              <td data-head={t("try.now")}>
                {before.incoming === edited.incoming ? t("try.same") : t(`incoming.${before.incoming}`)}
              </td>
            ) : null}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

const placeOf = ({ part, start, end, kind }: Finding) => `${JSON.stringify(part)} ${start} ${end} ${kind}`;

/** The findings with why, and how many the policy in force has more or fewer. */
function Spans({ answered }: { answered: Answered }) {
  const t = useT();
  const { answer, sample } = answered;
  const { spans, sensitivity } = answer.edited.findings;
  const old = answer.in_force?.findings.spans;
  const [now, then] = [new Set(spans.map(placeOf)), new Set((old ?? []).map(placeOf))];
  const came = old ? [...now].filter((one) => !then.has(one)).length : 0;
  const went = [...then].filter((one) => !now.has(one)).length;
  const files = sample.file ? [{ id: sample.file.name, file_name: sample.file.name, media_type: "", size: 0 }] : [];
  return (
    <>
      <h3>{t("try.found")}</h3>
      {came > 0 ? <p className="small">{t("try.foundCame", { count: came })}</p> : null}
      {went > 0 ? <p className="small">{t("try.foundWent", { count: went })}</p> : null}
      <FoundList findings={spans} sensitivity={sensitivity} files={files} texts={sample} />
    </>
  );
}
