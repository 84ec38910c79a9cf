import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { FalseAlarm } from "@/api/types";
import { useMay } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Check, ErrorLine, TextArea } from "@/ui/Field";
import { Banner, Empty, Failure, Skeleton } from "@/ui/pieces";
import { useTitle } from "@/ui/title";
import { useVoice } from "@/ui/toasts";
import { lookOf, whyFound } from "@/words/findings";
import styles from "./admin.module.css";

type Deciding = { alarm: FalseAlarm; what: "accept" | "dismiss" };

const isDanger = (alarm: FalseAlarm) => alarm.hints.some((hint) => hint !== "colleague");

/** What colleagues reported as no finding: made an exception of the policy, or dismissed with a word. */
export function FalseAlarms() {
  const t = useT();
  const may = useMay();
  const [deciding, setDeciding] = useState<Deciding>();
  useTitle(t("alarms.title"));
  const alarms = useQuery({
    queryKey: ["false-alarms"],
    queryFn: ({ signal }) => api.list<FalseAlarm>("/false-alarms", undefined, signal),
    // Looking is recorded: only when somebody opens the page.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const mayAccept = may("policy.edit");
  return (
    <>
      <header>
        <h1>{t("alarms.title")}</h1>
        <p className="soft">{t("alarms.lead")}</p>
      </header>
      {alarms.error ? <Failure error={alarms.error} onRetry={() => void alarms.refetch()} /> : null}
      {alarms.isPending ? <Skeleton rows={3} /> : null}
      {alarms.data?.length === 0 ? (
        <Empty icon="flag" title={t("alarms.none")}>
          {t("alarms.noneHelp")}
        </Empty>
      ) : null}
      {alarms.data && alarms.data.length > 0 ? (
        <>
          {mayAccept ? null : <Banner tone="info">{t("alarms.noEdit")}</Banner>}
          <ul className={styles.asks}>
            {alarms.data.map((alarm) => (
              <Alarm key={alarm.id} alarm={alarm} mayAccept={mayAccept} onDecide={(what) => setDeciding({ alarm, what })} />
            ))}
          </ul>
        </>
      ) : null}
      {deciding ? <Decide {...deciding} onClose={() => setDeciding(undefined)} /> : null}
    </>
  );
}

function Alarm(props: { alarm: FalseAlarm; mayAccept: boolean; onDecide: (what: Deciding["what"]) => void }) {
  const { alarm, mayAccept, onDecide } = props;
  const t = useT();
  const formats = useFormats();
  const claims = alarm.claims.map((one) => t("alarms.claim", { claim: t(`alarm.${one.claim}`), count: one.people }));
  const same = formats.day(alarm.first_at) === formats.day(alarm.last_at);
  return (
    <li className="panel">
      <h2>
        <mark data-look={lookOf(alarm.kind)}>{alarm.text}</mark>
      </h2>
      <p>
        {t("alarms.marked", { kind: t(`finding.${alarm.kind}`) })} <span className="soft">{whyFound(t, alarm.reason)}</span>
      </p>
      <p>
        <strong>{t("alarms.people", { count: alarm.people })}</strong>{" "}
        <span className="soft">
          {same ? formats.day(alarm.first_at) : t("alarms.between", { first: formats.day(alarm.first_at), last: formats.day(alarm.last_at) })}
        </span>
      </p>
      <p>{t("alarms.claims", { claims: formats.list(claims) })}</p>
      {alarm.notes.length > 0 ? (
        <div>
          <h3>{t("alarms.notes")}</h3>
          <ul>
            {alarm.notes.map((note, index) => (
              <li key={index}>“{note}”</li>
            ))}
          </ul>
        </div>
      ) : null}
      {alarm.own ? <p className="soft">{t("alarms.own")}</p> : null}
      {alarm.hints.length > 0 ? (
        <Banner tone={isDanger(alarm) ? "warn" : "info"}>
          {alarm.hints.map((hint) => (
            <p key={hint}>{t(`alarms.hint.${hint}`)}</p>
          ))}
        </Banner>
      ) : null}
      <div className="row">
        {mayAccept ? <Button label={t("alarms.accept")} aria-label={`${t("alarms.accept")}: ${alarm.text}`} onPress={() => onDecide("accept")} /> : null}
        <Button label={t("alarms.dismiss")} aria-label={`${t("alarms.dismiss")}: ${alarm.text}`} onPress={() => onDecide("dismiss")} />
      </div>
    </li>
  );
}

function Decide({ alarm, what, onClose }: Deciding & { onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [word, setWord] = useState("");
  const [despite, setDespite] = useState(false);
  const [tried, setTried] = useState(false);
  const accept = what === "accept";
  const danger = accept && isDanger(alarm);
  const decide = useMutation({
    mutationFn: () =>
      api.post(`/false-alarms/${alarm.id}/${what}`, accept ? { why: word.trim(), despite } : { word: word.trim() }),
    onSuccess: () => {
      tell(t(accept ? "alarms.accepted" : "alarms.dismissed"));
      onClose();
      // Not asked for again: looking is recorded, and what was decided on is known.
      client.setQueryData<FalseAlarm[]>(["false-alarms"], (all) => all?.filter((one) => one.id !== alarm.id));
      void client.invalidateQueries({ queryKey: ["policy"] });
    },
  });
  const lacking = accept && (word.trim() === "" || (danger && !despite));
  const go = () => {
    setTried(true);
    if (!lacking) decide.mutate();
  };
  return (
    <Dialog
      title={t(accept ? "alarms.acceptTitle" : "alarms.dismissTitle", { text: alarm.text })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button kind={danger ? "danger" : "primary"} label={t(accept ? "alarms.accept" : "alarms.dismiss")} busy={decide.isPending} onPress={go} />
        </>
      }
    >
      <p>{accept ? t("alarms.acceptText", { kind: t(`finding.${alarm.kind}`) }) : t("alarms.dismissText")}</p>
      {danger ? (
        <>
          <Banner tone="danger">
            <p>{t("alarms.danger")}</p>
            {alarm.hints
              .filter((hint) => hint !== "colleague")
              .map((hint) => (
                <p key={hint}>{t(`alarms.hint.${hint}`)}</p>
              ))}
          </Banner>
          <Check label={t("alarms.despite")} checked={despite} onChange={setDespite} />
          <ErrorLine text={tried && !despite ? t("alarms.despiteNeeded") : undefined} />
        </>
      ) : null}
      <TextArea
        label={t(accept ? "alarms.why" : "alarms.word")}
        help={accept ? t("alarms.whyHelp") : undefined}
        maxLength={300}
        rows={2}
        value={word}
        onChange={setWord}
        error={tried && accept && word.trim() === "" ? t("alarms.whyNeeded") : undefined}
      />
      {decide.error ? <Failure error={decide.error} /> : null}
    </Dialog>
  );
}
