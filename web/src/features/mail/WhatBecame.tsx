import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { api } from "@/api/client";
import type { Id, MessageView, RecipientView } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Breakable, Failure, Skeleton, StateChip } from "@/ui/pieces";
import { RouteMark } from "@/ui/RouteMark";
import { useVoice } from "@/ui/toasts";
import { Reasons, whyText } from "@/words/Reasons";
import { nameOf } from "./MessageRow";
import { trailQuery } from "./queries";
import styles from "./reader.module.css";

/** Few look at it: it comes after the first load. */
const SentFindings = lazy(() => import("./SentFindings").then((module) => ({ default: module.SentFindings })));

/** Whether withdrawing can still keep the content from this recipient: it lies with us, not with their server. */
export const canRecall = ({ state, route }: RecipientView) =>
  state === "held" || state === "queued" || ((state === "delivered" || state === "opened") && route !== "verified_tls");

const canExpire = (one: RecipientView) =>
  one.route === "pickup" && (one.state === "queued" || one.state === "delivered" || one.state === "opened" || one.state === "held");

export function WhatBecame({ mb, message }: { mb: Id; message: MessageView }) {
  const t = useT();
  const formats = useFormats();
  const [recalling, setRecalling] = useState<RecipientView[]>();
  const [expiring, setExpiring] = useState(false);
  const [trail, setTrail] = useState(false);
  const recallable = message.recipients.filter(canRecall);
  const expires = message.recipients.find((one) => canExpire(one) && one.expires_at)?.expires_at;
  return (
    <section className={styles.became} aria-labelledby="became">
      <h2 id="became">{t("reader.recipients")}</h2>
      <ul>
        {message.recipients.map((one) => (
          <li key={one.id} className={styles.recipient}>
            <div className={styles.recipientWho}>
              <strong>
                <Breakable text={nameOf(one.party)} />
              </strong>
              {one.party.name ? <span className="small soft">{one.party.address}</span> : null}
              {one.kind === "to" ? null : <span className="small soft">{t(`kindOf.${one.kind}`)}</span>}
            </div>
            <div className={styles.recipientState}>
              <StateChip state={one.state} />
              <span className="small soft">{t("reader.since", { when: formats.short(one.state_at) })}</span>
            </div>
            <div className={styles.recipientRoute}>
              <RouteMark route={one.route} />
              <Reasons reasons={one.reasons} />
              {one.detail && one.state !== "delivered" && one.state !== "opened" ? <p className={styles.detail}>{one.detail}</p> : null}
              {one.next_try_at && one.state === "queued" ? (
                <p className="small soft">{t("reader.nextTry", { when: formats.short(one.next_try_at) })}</p>
              ) : null}
              {one.expires_at && canExpire(one) ? (
                <p className="small soft">{t("reader.expires", { when: formats.day(one.expires_at) })}</p>
              ) : null}
            </div>
            {canRecall(one) && message.recipients.length > 1 ? (
              <div className={styles.recipientDo}>
                <Button
                  kind="quiet"
                  small
                  icon="recall"
                  label={t("reader.recall")}
                  aria-label={`${t("reader.recall")}: ${nameOf(one.party)}`}
                  onPress={() => setRecalling([one])}
                />
              </div>
            ) : null}
          </li>
        ))}
      </ul>
      {message.findings ? (
        <Suspense fallback={null}>
          <SentFindings mb={mb} message={message} />
        </Suspense>
      ) : null}
      <div className={styles.becameDo}>
        {recallable.length > 0 ? (
          <Button
            small
            icon="recall"
            label={t(message.recipients.length > 1 ? "reader.recallAll" : "reader.recall")}
            onPress={() => setRecalling(recallable)}
          />
        ) : null}
        {message.recipients.some(canExpire) ? (
          <Button small icon="clock" label={t("reader.expiry")} onPress={() => setExpiring(true)} />
        ) : null}
        <Button
          kind="quiet"
          small
          icon={trail ? "down" : "next"}
          label={t(trail ? "reader.trailHide" : "reader.trailShow")}
          aria-expanded={trail}
          onPress={() => setTrail(!trail)}
        />
      </div>
      {trail ? <Trail mb={mb} id={message.id} /> : null}
      {trail && message.policy_version ? <p className="small soft">{t("reader.policy", { version: message.policy_version })}</p> : null}
      {recalling ? <Recall mb={mb} message={message} whom={recalling} onClose={() => setRecalling(undefined)} /> : null}
      {expiring ? <Expiry mb={mb} message={message} now={expires ?? undefined} onClose={() => setExpiring(false)} /> : null}
    </section>
  );
}

function useTakeOver(mb: Id, id: Id) {
  const client = useQueryClient();
  return (message: MessageView) => {
    client.setQueryData(["message", mb, id], message);
    void client.invalidateQueries({ queryKey: ["trail", mb, id] });
    void client.invalidateQueries({ queryKey: ["messages", mb] });
  };
}

function Recall(props: { mb: Id; message: MessageView; whom: RecipientView[]; onClose: () => void }) {
  const { mb, message, whom } = props;
  const t = useT();
  const { tell } = useVoice();
  const takeOver = useTakeOver(mb, message.id);
  const recall = useMutation({
    mutationFn: () =>
      api.post<MessageView>(`/mailboxes/${mb}/messages/${message.id}/recall`, { recipients: whom.map((one) => one.id) }),
    onSuccess: (now) => {
      takeOver(now);
      const asked = new Set(whom.map((one) => one.id));
      const all = now.recipients.every((one) => !asked.has(one.id) || one.state === "recalled");
      tell(t(all ? "reader.recalled" : "reader.recallPartly"));
      props.onClose();
    },
  });
  const only = whom.length === 1 ? whom[0] : undefined;
  return (
    <Dialog
      title={t("reader.recallTitle")}
      isOpen
      onClose={props.onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={props.onClose} />
          <Button kind="danger" icon="recall" label={t("reader.recall")} busy={recall.isPending} onPress={() => recall.mutate()} />
        </>
      }
    >
      <p>{only ? t("reader.recallText", { name: nameOf(only.party) }) : t("reader.recallTextAll")}</p>
      {recall.error ? <Failure error={recall.error} /> : null}
    </Dialog>
  );
}

const localDay = (date: Date) =>
  `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
const daysFromNow = (days: number) => {
  const date = new Date();
  date.setDate(date.getDate() + days);
  return localDay(date);
};

function Expiry(props: { mb: Id; message: MessageView; now: string | undefined; onClose: () => void }) {
  const { mb, message } = props;
  const t = useT();
  const { tell } = useVoice();
  const takeOver = useTakeOver(mb, message.id);
  const [day, setDay] = useState(props.now ? localDay(new Date(props.now)) : daysFromNow(30));
  const save = useMutation({
    // The whole of the last day, as the sender's clock sees it.
    mutationFn: () =>
      api.put<MessageView>(`/mailboxes/${mb}/messages/${message.id}/expiry`, {
        expires_at: new Date(`${day}T23:59:59`).toISOString(),
      }),
    onSuccess: (now) => {
      takeOver(now);
      tell(t("reader.expirySaved"));
      props.onClose();
    },
  });
  return (
    <Dialog
      title={t("reader.expiryTitle")}
      isOpen
      onClose={props.onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={props.onClose} />
          <Button kind="primary" label={t("do.save")} isDisabled={day === ""} busy={save.isPending} onPress={() => save.mutate()} />
        </>
      }
    >
      <TextField
        label={t("reader.expiryDate")}
        help={t("reader.expiryHelp")}
        type="date"
        min={daysFromNow(1)}
        max={daysFromNow(365)}
        value={day}
        onChange={setDay}
      />
      {save.error ? <Failure error={save.error} /> : null}
    </Dialog>
  );
}

function Trail({ mb, id }: { mb: Id; id: Id }) {
  const t = useT();
  const formats = useFormats();
  const trail = useQuery(trailQuery(mb, id));
  if (trail.error) return <Failure error={trail.error} onRetry={() => void trail.refetch()} />;
  if (!trail.data) return <Skeleton rows={2} />;
  if (trail.data.items.length === 0) return <p className="small soft">{t("reader.trailEmpty")}</p>;
  return (
    <ol className={styles.trail} aria-label={t("reader.trail")}>
      {trail.data.items.map((item, index) => (
        <li key={index} data-outcome={item.outcome}>
          <time dateTime={item.at} className="nums">
            {formats.stamp(item.at)}
          </time>
          <div>
            <strong>{t(`audit.${item.kind}`)}</strong>
            {item.outcome === "success" ? null : (
              <span className={styles.bad}>
                <Icon name="warn" size={14} /> {t(`outcome.${item.outcome}`)}
              </span>
            )}
            {item.agent ? <span className="small soft">{item.agent}</span> : null}
            {item.recipient && item.recipient !== item.agent ? <span className="small soft">{item.recipient}</span> : null}
            {item.detail ? <span className="small soft">{whyText(t, item.detail)}</span> : null}
          </div>
        </li>
      ))}
    </ol>
  );
}
