import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, isProblem } from "@/api/client";
import type { Finding, HeldView } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { locate, pieces } from "@/features/compose/spans";
import { FoundList, sendAlarm, useAlarms } from "@/features/findings/FoundList";
import { nameOf } from "@/features/mail/MessageRow";
import { Button } from "@/ui/Button";
import { Files } from "@/ui/Content";
import { Dialog } from "@/ui/Dialog";
import { TextArea } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Banner, Empty, Failure, Skeleton } from "@/ui/pieces";
import { RouteMark } from "@/ui/RouteMark";
import { useVoice } from "@/ui/toasts";
import { Reasons } from "@/words/Reasons";
import { lookOf } from "@/words/findings";
import reader from "@/features/mail/reader.module.css";
import { FoundChips, Waits } from "./HeldChips";
import styles from "./review.module.css";

export function HeldMessage() {
  const t = useT();
  const { id } = useParams({ from: "/inside/later/review/$id" });
  const held = useQuery({
    queryKey: ["held", "one", id],
    queryFn: ({ signal }) => api.get<HeldView>(`/held/${id}`, undefined, signal),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
  const back = (
    <Link to="/review" className={`button quiet ${reader.back}`} aria-label={t("review.back")}>
      <Icon name="back" />
      <span>{t("review.title")}</span>
    </Link>
  );
  return (
    <article className={reader.page} key={id}>
      {held.data ? (
        <Judge held={held.data} back={back} />
      ) : (
        <>
          <div className={reader.tools} data-bar="low">
            {back}
          </div>
          {isProblem(held.error, "not_found") ? (
            <Empty icon="check" title={t("review.gone")}>
              {t("review.goneHelp")}
            </Empty>
          ) : isProblem(held.error, "forbidden") && held.error.detail === "own_message" ? (
            <Empty icon="shield" title={t("review.own")}>
              {t("review.ownHelp")}
            </Empty>
          ) : held.error ? (
            <Failure error={held.error} onRetry={() => void held.refetch()} />
          ) : (
            <Skeleton rows={4} />
          )}
        </>
      )}
    </article>
  );
}

function Judge({ held, back }: { held: HeldView; back: React.ReactNode }) {
  const t = useT();
  const formats = useFormats();
  const [asking, setAsking] = useState<"release" | "refuse">();
  const { message, findings, plan } = held;
  // Four eyes: one's own message does not open here at all.
  const taken = held.claim != null && !held.claim.own;
  const marked = (part: "subject" | "body", text: string) =>
    pieces(locate(findings.spans.filter((span) => span.part.part === part), text), text, text).map((piece, index) => {
      const first = piece.findings[0];
      return first ? (
        <mark key={index} id={`${part}-${first.start}`} data-look={lookOf(first.kind)} tabIndex={-1}>
          {piece.text}
        </mark>
      ) : (
        piece.text
      );
    });
  const alarms = useAlarms((finding, claim, note) => sendAlarm(`/held/${message.id}`, finding, claim, note));
  const show = (finding: Finding) => {
    const mark = document.getElementById(`${finding.part.part}-${finding.start}`);
    mark?.scrollIntoView({ block: "center" });
    mark?.focus({ preventScroll: true });
  };
  return (
    <>
      <div className={reader.tools} data-bar="low">
        {back}
        <Button kind="primary" icon="check" label={t("review.release")} isDisabled={taken || held.mandate_over} onPress={() => setAsking("release")} />
        <Button icon="stop" label={t("review.refuse")} isDisabled={taken} onPress={() => setAsking("refuse")} />
      </div>
      <div className={reader.scroll}>
        <ClaimLine held={held} />
        {held.mandate_over ? (
          <Banner tone="warn">{t("review.mandateOver", { by: message.written_by ?? "", name: nameOf(message.from) })}</Banner>
        ) : null}
        <header className={reader.head}>
          <h1 className={reader.subject}>{message.subject ? marked("subject", message.subject) : t("mail.noSubject")}</h1>
          <p className="small soft">
            {t("review.by", { name: message.written_by
                ? t("party.onBehalf", { by: message.written_by, name: nameOf(message.from) })
                : (message.sent_by_name ?? nameOf(message.from)), when: formats.full(message.at) })}.{" "}
            {t("review.audited")} <Waits since={held.held_at} />
          </p>
        </header>
        <div className={styles.columns}>
          <section>
            <h2>{t("review.found")}</h2>
            <div className={styles.chips}>
              <FoundChips individuals={findings.individuals ?? 0} special={findings.special ?? []} />
            </div>
            <FoundList
              findings={findings.spans}
              sensitivity={findings.sensitivity}
              files={message.files}
              texts={message}
              onShow={show}
              alarms={alarms}
            />
          </section>
          <section>
            <h2>{t("review.plan")}</h2>
            <ul className={styles.plan}>
              {plan.recipients.map((one) => (
                <li key={one.address}>
                  <strong>{one.address}</strong>
                  <RouteMark route={one.route} />
                  <Reasons reasons={one.reasons} />
                </li>
              ))}
            </ul>
          </section>
        </div>
        <section className={styles.content} aria-label={t("review.content")}>
          {marked("body", message.text)}
        </section>
        <Files files={message.files} path={(file) => `/held/${message.id}/attachments/${file.id}`} />
      </div>
      {asking ? <Decide id={message.id} what={asking} count={plan.recipients.length} onClose={() => setAsking(undefined)} /> : null}
    </>
  );
}

/** Who judges it at the moment; taking it on keeps others from deciding meanwhile. */
function ClaimLine({ held }: { held: HeldView }) {
  const t = useT();
  const formats = useFormats();
  const client = useQueryClient();
  const { claim, message } = held;
  const take = useMutation({
    mutationFn: () => api.post(`/held/${message.id}/claim`, claim && !claim.own ? { instead_of: claim.by } : {}),
    onSettled: () => client.invalidateQueries({ queryKey: ["held"] }),
  });
  const lost = isProblem(take.error, "conflict");
  return (
    <>
      {claim && !claim.own ? (
        <Banner
          tone="warn"
          actions={<Button small label={t("review.claimOver")} busy={take.isPending} onPress={() => take.mutate()} />}
        >
          {t("review.claimedBy", { name: claim.name, when: formats.short(claim.at) })}
        </Banner>
      ) : claim ? (
        <p className="small soft">{t("review.claimed")}</p>
      ) : (
        <div className="row">
          <Button small icon="eye" label={t("review.claim")} busy={take.isPending} onPress={() => take.mutate()} />
          <span className="small soft">{t("review.claimHelp")}</span>
        </div>
      )}
      {take.error ? lost ? <Banner tone="warn" live>{t("review.claimedNow")}</Banner> : <Failure error={take.error} /> : null}
    </>
  );
}

function Decide(props: { id: string; what: "release" | "refuse"; count: number; onClose: () => void }) {
  const { id, what } = props;
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { tell } = useVoice();
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const decide = useMutation({
    mutationFn: () => api.post(`/held/${id}/${what}`, reason.trim() ? { reason: reason.trim() } : {}),
    onSuccess: async () => {
      tell(t(what === "release" ? "review.released" : "review.refused"));
      props.onClose();
      await navigate({ to: "/review" });
      client.removeQueries({ queryKey: ["held", "one", id] });
      void client.invalidateQueries({ queryKey: ["held"] });
    },
  });
  const go = () => {
    if (what === "refuse" && reason.trim() === "") setMissing(true);
    else decide.mutate();
  };
  return (
    <Dialog
      title={t(what === "release" ? "review.releaseTitle" : "review.refuseTitle")}
      isOpen
      onClose={props.onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={props.onClose} />
          <Button
            kind={what === "release" ? "primary" : "danger"}
            label={t(what === "release" ? "review.release" : "review.refuse")}
            busy={decide.isPending}
            onPress={go}
          />
        </>
      }
    >
      <p>{what === "release" ? t("review.releaseText", { count: props.count }) : t("review.refuseText")}</p>
      <TextArea
        label={t(what === "release" ? "review.reasonOptional" : "review.reason")}
        maxLength={1000}
        value={reason}
        onChange={(text) => {
          setReason(text);
          setMissing(false);
        }}
        error={missing ? t("review.reasonNeeded") : undefined}
      />
      {decide.error ? <Failure error={decide.error} /> : null}
    </Dialog>
  );
}
