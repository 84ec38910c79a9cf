import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { api } from "@/api/client";
import type { AccessReview, ReviewItem } from "@/api/types";
import { useFormats, useT, type MessageKey } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Check, Choice, TextArea, TextField } from "@/ui/Field";
import { Chip, Empty, Failure, Skeleton, TwoLines } from "@/ui/pieces";
import { Table } from "@/ui/Table";
import { useVoice } from "@/ui/toasts";
import { reviewItemsQuery, type ReviewShow } from "./queries";
import styles from "../admin.module.css";

type Decision = NonNullable<ReviewItem["decision"]>;
const TONES = { keep: "ok", change: "warn", disable: "danger" } as const;

/** Everybody in an open review: what they may do, and what is decided. */
export function ReviewItems({ review }: { review: AccessReview }) {
  const t = useT();
  const [show, setShow] = useState<ReviewShow>("open");
  const [words, setWords] = useState("");
  const q = useDeferredValue(words.trim());
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [deciding, setDeciding] = useState<{ decision: Decision; people: readonly string[] }>();
  const found = useInfiniteQuery(reviewItemsQuery(review.id, show, q));
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const others = items.filter((one) => !one.own);
  const keep = useDecide(review);
  const decide = (decision: Decision, people: readonly string[]) => {
    if (decision === "keep") keep.mutate({ decision, people, note: "" }, { onSuccess: () => setChosen(new Set()) });
    else setDeciding({ decision, people });
  };
  const choose = (id: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  return (
    <>
      <div className={styles.filterFields}>
        <TextField label={t("people.find")} type="search" autoComplete="off" value={words} onChange={setWords} />
        <Choice
          label={t("reviews.show")}
          value={show}
          onChange={setShow}
          options={(["open", "decided", "changes", ""] as const).map((value) => ({
            value,
            label: t(`reviews.show.${value || "all"}`),
          }))}
        />
      </div>
      {found.error && !found.data ? <Failure error={found.error} onRetry={() => void found.refetch()} /> : null}
      {keep.error ? <Failure error={keep.error} /> : null}
      {found.isPending ? <Skeleton rows={4} /> : null}
      {found.data && items.length === 0 ? (
        <Empty icon="check" title={t(show === "open" ? "reviews.allDecided" : "admin.nobody")} />
      ) : null}
      {others.length > 0 ? (
        <section className={styles.bulk} aria-label={t("bulk.title")}>
          <Check
            label={t("bulk.all", { count: others.length })}
            checked={others.every((one) => chosen.has(one.person_id))}
            onChange={(on) => setChosen(on ? new Set(others.map((one) => one.person_id)) : new Set())}
          />
          {chosen.size > 0 ? (
            <div className="row">
              <span role="status">{t("bulk.chosen", { count: chosen.size })}</span>
              {(["keep", "change", "disable"] as const).map((decision) => (
                <Button
                  key={decision}
                  small
                  label={t(`reviews.do.${decision}`)}
                  busy={keep.isPending}
                  isDisabled={chosen.size > 200}
                  onPress={() => decide(decision, [...chosen])}
                />
              ))}
            </div>
          ) : null}
        </section>
      ) : null}
      {items.length > 0 ? (
        <Items items={items} chosen={chosen} onChoose={choose} busy={keep.isPending} onDecide={(decision, id) => decide(decision, [id])} />
      ) : null}
      {found.hasNextPage ? (
        <div className="row">
          <Button label={t("do.more")} busy={found.isFetchingNextPage} onPress={() => void found.fetchNextPage()} />
        </div>
      ) : null}
      {deciding ? (
        <Note
          review={review}
          {...deciding}
          onClose={() => setDeciding(undefined)}
          onDone={() => {
            setDeciding(undefined);
            setChosen(new Set());
          }}
        />
      ) : null}
    </>
  );
}

function useDecide(review: AccessReview) {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  return useMutation({
    mutationFn: ({ decision, people, note }: { decision: Decision; people: readonly string[]; note: string }) =>
      api.post(`/access-reviews/${review.id}/decisions`, { decision, person_ids: people, note }),
    onSuccess: (_, { people }) => tell(t("reviews.decided", { count: people.length })),
    // Done when the list says so too: whoever chooses all of it next means nobody who was just decided on.
    onSettled: () => client.invalidateQueries({ queryKey: ["access-reviews"] }),
  });
}

function Items(props: {
  items: readonly ReviewItem[];
  chosen: ReadonlySet<string>;
  onChoose: (id: string, on: boolean) => void;
  onDecide: (decision: Decision, id: string) => void;
  busy: boolean;
}) {
  const t = useT();
  const formats = useFormats();
  return (
    <Table
      label={t("reviews.part")}
      rows={props.items}
      keyOf={(one) => one.person_id}
      columns={[
        {
          id: "name",
          head: t("admin.name"),
          names: true,
          cell: (one) => (
            <span className={styles.choosing}>
              {one.own ? null : (
                <label>
                  <input
                    type="checkbox"
                    aria-label={t("bulk.choose", { name: one.name })}
                    checked={props.chosen.has(one.person_id)}
                    onChange={(event) => props.onChoose(one.person_id, event.target.checked)}
                  />
                </label>
              )}
              <TwoLines under={[one.function, one.login].filter(Boolean).join(" · ")}>{one.name}</TwoLines>
            </span>
          ),
        },
        { id: "may", head: t("reviews.may"), cell: (one) => <Seen item={one} /> },
        {
          id: "last",
          head: t("people.lastSignIn"),
          cell: (one) => (one.last_sign_in_at ? formats.short(one.last_sign_in_at) : t("people.never")),
        },
        {
          id: "decision",
          head: t("reviews.decision"),
          cell: (one) => (
            <div className={styles.decision}>
              {one.decision ? <Decided item={one} decision={one.decision} /> : null}
              {one.own ? <Chip>{t("reviews.own")}</Chip> : <Decide item={one} busy={props.busy} onDecide={props.onDecide} />}
            </div>
          ),
        },
      ]}
    />
  );
}

function Decided({ item, decision }: { item: ReviewItem; decision: Decision }) {
  const t = useT();
  const carriedOut = item.carried_out === null ? "" : t(item.carried_out ? "reviews.carriedOut" : "reviews.notYet");
  return (
    <TwoLines under={[item.note, item.decided_by, carriedOut].filter(Boolean).join(" · ")}>
      <Chip tone={TONES[decision]}>{t(`reviews.was.${decision}`)}</Chip>
    </TwoLines>
  );
}

/** The decisions that are open about somebody; also another than the one that was made. */
function Decide(props: { item: ReviewItem; busy: boolean; onDecide: (decision: Decision, id: string) => void }) {
  const t = useT();
  const { item } = props;
  return (
    <div className="row">
      {(["keep", "change", "disable"] as const)
        .filter((decision) => decision !== item.decision)
        .map((decision) => (
          <Button
            key={decision}
            small
            label={t(`reviews.do.${decision}`)}
            aria-label={t("reviews.doName", { what: t(`reviews.do.${decision}`), name: item.name })}
            busy={props.busy}
            onPress={() => props.onDecide(decision, item.person_id)}
          />
        ))}
    </div>
  );
}

/** What somebody could do when the review began: roles in sight, the rest when opened. */
function Seen({ item }: { item: ReviewItem }) {
  const t = useT();
  const formats = useFormats();
  return (
    <details>
      <summary>{item.roles.length > 0 ? formats.list(item.roles.map((one) => one.name)) : t("people.noRoles")}</summary>
      <ul>
        {item.roles.map((one) => (
          <li key={one.name}>
            {t("source.role", { name: one.name })},{" "}
            <span className="small soft">
              {t(`source.via.${one.via}`, { by: one.by ?? t("source.somebody"), when: formats.short(one.at) })}
            </span>
          </li>
        ))}
        {item.permissions.length > 0 ? (
          <li>{formats.list(item.permissions.map((one) => t(`permission.${one}`)))}</li>
        ) : null}
        {item.mailboxes.length > 0 ? (
          <li>
            {t("person.mailboxes")}: {item.mailboxes.join(", ")}
          </li>
        ) : null}
        {item.care.map((one) => (
          <li key={`${one.team}-${one.how}`}>
            {one.team
              ? t("source.team", { name: one.how, patients: one.patients })
              : t("source.relation", { relation: t(`relation.${one.how}` as MessageKey), patients: one.patients })}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Note(props: {
  review: AccessReview;
  decision: Decision;
  people: readonly string[];
  onClose: () => void;
  onDone: () => void;
}) {
  const t = useT();
  const [note, setNote] = useState("");
  const decide = useDecide(props.review);
  return (
    <Dialog
      title={t(`reviews.do.${props.decision}`)}
      isOpen
      onClose={props.onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={props.onClose} />
          <Button
            kind="primary"
            label={t("do.save")}
            busy={decide.isPending}
            isDisabled={note.trim() === ""}
            onPress={() =>
              decide.mutate({ decision: props.decision, people: props.people, note: note.trim() }, { onSuccess: props.onDone })
            }
          />
        </>
      }
    >
      <p>{t("bulk.chosen", { count: props.people.length })}</p>
      <TextArea
        label={t("reviews.note")}
        help={t("reviews.noteHelp")}
        rows={3}
        maxLength={500}
        value={note}
        onChange={setNote}
        required
      />
      {decide.error ? <Failure error={decide.error} /> : null}
    </Dialog>
  );
}
