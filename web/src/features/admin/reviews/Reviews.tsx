import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, url } from "@/api/client";
import type { AccessReview, AccessReviews, ReviewAsk } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Icon } from "@/ui/Icon";
import { Banner, Chip, Empty, Failure, Skeleton } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { useVoice } from "@/ui/toasts";
import { reviewsQuery } from "./queries";
import { ReviewItems } from "./ReviewItems";

/** Whether people still should have the rights that they have: looked at each period, with the evidence kept. */
export function Reviews() {
  const t = useT();
  const reviews = useQuery(reviewsQuery);
  const open = reviews.data?.items.find((one) => one.closed_at === null);
  const closed = reviews.data?.items.filter((one) => one.closed_at !== null) ?? [];
  return (
    <>
      <header>
        <h1>{t("reviews.part")}</h1>
        <p className="soft">{t("reviews.lead")}</p>
      </header>
      {reviews.error && !reviews.data ? <Failure error={reviews.error} onRetry={() => void reviews.refetch()} /> : null}
      {reviews.isPending ? <Skeleton rows={4} /> : null}
      {reviews.data && !open ? <Begin reviews={reviews.data} /> : null}
      {open ? <Open review={open} /> : null}
      {reviews.data ? <Past reviews={closed} /> : null}
    </>
  );
}

function Begin({ reviews }: { reviews: AccessReviews }) {
  const t = useT();
  const formats = useFormats();
  const client = useQueryClient();
  const { tell } = useVoice();
  const start = useMutation({
    mutationFn: () => api.post<AccessReview>("/access-reviews"),
    onSuccess: (begun) => tell(t("reviews.begun", { count: begun.people })),
    onSettled: () => void client.invalidateQueries({ queryKey: ["access-reviews"] }),
  });
  // The server's day counts; the page only says so early enough.
  const due = useQuery({ ...reviewsQuery, select: (data) => new Date(data.next_due_at).getTime() <= Date.now() });
  return (
    <section className="panel">
      <h2>{t("reviews.next")}</h2>
      {due.data ? (
        <Banner tone="warn">{t("reviews.dueSince", { when: formats.day(reviews.next_due_at) })}</Banner>
      ) : (
        <p>{t("reviews.dueOn", { when: formats.day(reviews.next_due_at), months: reviews.months })}</p>
      )}
      <p className="soft">{t("reviews.beginHelp")}</p>
      {start.error ? <Failure error={start.error} /> : null}
      <div className="row">
        <Button kind="primary" icon="check" label={t("reviews.begin")} busy={start.isPending} onPress={() => start.mutate()} />
      </div>
    </section>
  );
}

function Open({ review }: { review: AccessReview }) {
  const t = useT();
  const formats = useFormats();
  const [closing, setClosing] = useState(false);
  return (
    <section className="panel">
      <h2>{t("reviews.open", { when: formats.day(review.started_at) })}</h2>
      <p>
        {t("reviews.by", { name: review.started_by, when: formats.day(review.due_at) })}{" "}
        <strong role="status">{t("reviews.progress", { done: review.people - review.open, people: review.people })}</strong>
      </p>
      <ReviewItems review={review} />
      <div className="row">
        <Button
          kind="primary"
          icon="lock"
          label={t("reviews.close")}
          isDisabled={review.open > 0}
          onPress={() => setClosing(true)}
        />
        <Evidence review={review} />
        {review.open > 0 ? <span className="small soft">{t("reviews.closeHelp", { count: review.open })}</span> : null}
      </div>
      {closing ? <Close review={review} onClose={() => setClosing(false)} /> : null}
    </section>
  );
}

function Evidence({ review }: { review: AccessReview }) {
  const t = useT();
  const formats = useFormats();
  return (
    <a
      className="button plain"
      href={url(`/access-reviews/${review.id}/evidence.csv`, {})}
      aria-label={t("reviews.evidenceOf", { when: formats.day(review.started_at) })}
      download
    >
      <Icon name="download" />
      {t("reviews.evidence")}
    </a>
  );
}

function Close({ review, onClose }: { review: AccessReview; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const close = useMutation({
    mutationFn: () => api.post<AccessReview>(`/access-reviews/${review.id}/close`),
    onSuccess: () => {
      tell(t("reviews.closed"));
      onClose();
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["access-reviews"] }),
  });
  return (
    <Dialog
      title={t("reviews.close")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={onClose} />
          <Button kind="primary" label={t("reviews.close")} busy={close.isPending} onPress={() => close.mutate()} />
        </>
      }
    >
      <p>{t("reviews.closeText", { changes: review.changes })}</p>
      {close.error ? <Failure error={close.error} /> : null}
    </Dialog>
  );
}

function Past({ reviews }: { reviews: readonly AccessReview[] }) {
  const t = useT();
  const formats = useFormats();
  return (
    <section className="panel">
      <h2>{t("reviews.past")}</h2>
      {reviews.length === 0 ? <Empty icon="log" title={t("reviews.none")} /> : null}
      {reviews.length > 0 ? (
        <Table
          label={t("reviews.past")}
          rows={reviews}
          keyOf={(one) => one.id}
          columns={[
            {
              id: "when",
              head: t("reviews.period"),
              names: true,
              cell: (one) => `${formats.day(one.started_at)} – ${formats.day(one.closed_at ?? one.due_at)}`,
            },
            { id: "by", head: t("reviews.startedBy"), cell: (one) => one.started_by },
            { id: "people", head: t("admin.people"), cell: (one) => one.people },
            {
              id: "changes",
              head: t("reviews.changes"),
              cell: (one) => (one.changes > 0 ? <Chip tone="warn">{one.changes}</Chip> : one.changes),
            },
            { id: "evidence", head: t("reviews.evidence"), quiet: true, cell: (one) => <Evidence review={one} /> },
          ]}
        />
      ) : null}
    </section>
  );
}

/** What the last review asks of whoever manages people. */
export function ReviewAsks() {
  const t = useT();
  const asks = useQuery({
    queryKey: ["people", "review-asks"],
    queryFn: ({ signal }) => api.list<ReviewAsk>("/access-reviews/asks", undefined, signal),
  });
  if (!asks.data || asks.data.length === 0) return null;
  return (
    <Banner tone="warn">
      <p>{t("reviews.asks", { count: asks.data.length })}</p>
      <ul>
        {asks.data.map((one) => (
          <li key={one.person_id}>
            <Link to="/admin/people/$person" params={{ person: one.person_id }} preload={false}>
              {one.name}
            </Link>
            : {t(`reviews.ask.${one.decision}`)} {one.note} <span className="small">({one.by})</span>
          </li>
        ))}
      </ul>
    </Banner>
  );
}
