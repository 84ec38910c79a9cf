import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { api, isProblem } from "@/api/client";
import type { ContactLine, Draft, Finding, OwnMailbox, Party, SendAnswer } from "@/api/types";
import { useMay, useSession } from "@/app/session";
import { useFormats, useT } from "@/i18n";
import { nameOf } from "@/features/mail/MessageRow";
import { Button } from "@/ui/Button";
import { Icon } from "@/ui/Icon";
import { Banner } from "@/ui/pieces";
import { useProblemText } from "@/ui/problem";
import { useVoice } from "@/ui/toasts";
import { Attachments, useUploads } from "./Attachments";
import { discardLater } from "./discard";
import { AtCaret, FoundSheet, useFindings, useFoundVoice, type Caret } from "./Findings";
import type { LocalRecipient } from "./editor";
import { MarkedField } from "./MarkedField";
import { RecipientInput } from "./RecipientInput";
import { RecipientRow } from "./RecipientRow";
import { SendAnyway } from "./SendAnyway";
import { sendWords } from "./sending";
import { SidePanel } from "./SidePanel";
import { useDraftEditor, type DraftEditor } from "./useDraftEditor";
import styles from "./compose.module.css";

const NONE: readonly Finding[] = [];

export function Compose({ draft }: { draft: Draft }) {
  const t = useT();
  const id = useId();
  const editor = useDraftEditor(draft);
  const uploads = useUploads(draft.id, editor.setFiles);
  const { content, plan } = editor;
  const session = useSession();
  const mailboxes = session.mailboxes.filter((one) => !one.mandate || one.mandate.may_send);
  const nameFor = (one: OwnMailbox) =>
    one.mandate ? t("party.onBehalf", { by: session.person.name, name: one.mandate.grantor_name }) : one.name;
  const from = mailboxes.find((one) => one.id === content.mailboxId);
  const send = useSend(draft, editor);
  const leave = useLeave();
  const answer = plan.answer;
  const spans = answer?.findings.spans ?? NONE;
  const inPart = (part: "subject" | "body") => spans.filter((span) => span.part.part === part);
  const words = sendWords(t, { content, answer, save: editor.save, planning: plan.busy, uploading: uploads.running.length > 0 });
  const adder = useRef<HTMLInputElement>(null);
  const recipients = useRecipients(editor, adder);
  useCtrlEnter(() => {
    if (words.ready) void send.run();
  });
  usePlanVoice(editor);
  useFoundVoice(editor);
  const [caret, setCaret] = useState<Caret>();
  const { show, alarms } = useFindings(editor, draft.id, { subject: `${id}-subject`, body: `${id}-text` });
  useNoEmptyDraft(draft.id, editor);

  return (
    <section className={styles.page} aria-label={t("compose.title")}>
      <header className={styles.bar}>
        <Button kind="quiet" icon="back" bare label={t("compose.close")} onPress={leave} />
        <h1>{t("compose.title")}</h1>
        <SaveLine editor={editor} />
        <Button
          kind="quiet"
          small
          icon="trash"
          label={t("compose.discard")}
          roomy
          onPress={() => {
            editor.close();
            send.discard();
          }}
        />
      </header>
      <Trouble editor={editor} sendError={send.error} />
      <div className={styles.columns}>
        <div className={styles.writing}>
          {mailboxes.length > 1 ? (
            <div className={styles.from}>
              <label htmlFor={`${id}-from`} className="soft">
                {t("compose.from")}
              </label>
              <select
                id={`${id}-from`}
                value={content.mailboxId}
                onChange={(event) => {
                  const mailboxId = event.target.value;
                  editor.change((before) => ({ ...before, mailboxId }));
                }}
              >
                {mailboxes.map((one) => (
                  <option key={one.id} value={one.id}>
                    {nameFor(one)} ({one.address})
                  </option>
                ))}
              </select>
            </div>
          ) : from ? (
            <p className={styles.from}>
              <span className="soft">{t("compose.from")}:</span> {nameFor(from)} <span className="soft">{from.address}</span>
            </p>
          ) : null}
          <section aria-label={t("compose.recipients")} className={styles.recipients}>
            <ul>
              {content.recipients.map((one) => (
                <RecipientRow
                  key={one.party.address}
                  recipient={one}
                  plan={answer?.plan.recipients.find((row) => row.address.toLowerCase() === one.party.address.toLowerCase())}
                  planning={plan.busy}
                  onChange={(change) => recipients.change(one.party.address, change)}
                  onRemove={() => recipients.remove(one)}
                />
              ))}
            </ul>
            <RecipientInput ref={adder} onAdd={recipients.add} />
          </section>
          <div className={styles.line}>
            <label htmlFor={`${id}-subject`}>{t("compose.subject")}</label>
            <MarkedField
              id={`${id}-subject`}
              single
              value={content.subject}
              onChange={(subject) => editor.change((before) => ({ ...before, subject }))}
              findings={inPart("subject")}
              of={plan.of.subject}
              onCaret={(at) => setCaret({ part: "subject", at })}
            />
          </div>
          <div className={styles.textBox}>
            <label htmlFor={`${id}-text`} className="only-read">
              {t("compose.text")}
            </label>
            <MarkedField
              id={`${id}-text`}
              value={content.text}
              onChange={(text) => editor.change((before) => ({ ...before, text }))}
              findings={inPart("body")}
              of={plan.of.text}
              describedBy={`${id}-found`}
              onCaret={(at) => setCaret({ part: "body", at })}
            />
          </div>
          <Attachments draftId={draft.id} files={editor.files} uploads={uploads} setFiles={editor.setFiles} plan={plan} />
        </div>
        <SidePanel editor={editor} foundId={`${id}-found`} onShow={show} alarms={alarms} />
      </div>
      <footer className={styles.send} data-bar="tall">
        <Button
          kind="primary"
          icon={answer?.plan.action === "hold" ? "shield" : "sent"}
          label={send.busy ? t("compose.sending") : words.label}
          busy={send.busy}
          isDisabled={!words.ready}
          aria-describedby={`${id}-why`}
          onPress={() => void send.run()}
        />
        {answer ? (
          <SendAnyway
            plan={answer.plan}
            settled={editor.save.kind === "saved" && !plan.busy && uploads.running.length === 0}
            busy={send.busy}
            error={send.error}
            onSend={(reason) => void send.run(reason)}
          />
        ) : null}
        <p id={`${id}-why`} className={styles.why} data-ready={words.ready}>
          {words.why}
        </p>
        <AtCaret editor={editor} caret={caret} alarms={alarms} />
        <FoundSheet editor={editor} onShow={show} alarms={alarms} />
      </footer>
    </section>
  );
}

const emptied = new Map<string, ReturnType<typeof setTimeout>>();
const LEFT_MS = 500;

/** A draft in which nothing was written is not kept when it is left. */
function useNoEmptyDraft(id: string, editor: DraftEditor) {
  const client = useQueryClient();
  const { content, files, save } = editor;
  const { recipients, subject, text, patient } = content;
  const empty =
    save.kind === "saved" && recipients.length === 0 && files.length === 0 && `${subject}${text}${patient}`.trim() === "";
  const latest = useRef(empty);
  useEffect(() => {
    latest.current = empty;
  });
  useEffect(() => {
    clearTimeout(emptied.get(id));
    return () => {
      if (!latest.current) return;
      // Coming back at once, as React does in development, keeps it.
      const drop = () =>
        void api
          .delete(`/drafts/${id}`)
          .then(() => client.invalidateQueries({ queryKey: ["drafts"] }))
          .catch(() => undefined);
      emptied.set(id, setTimeout(drop, LEFT_MS));
    };
  }, [client, id]);
}

/** Ctrl+Enter (on a Mac: Command+Enter) sends, from any field. */
function useCtrlEnter(act: () => void) {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || document.querySelector("[role=alertdialog]")) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}

const knownAs = (address: string) => api.get<{ items: ContactLine[] }>("/contacts", { q: address });

/** Adding, changing and removing recipients, with what screen readers hear of it. */
function useRecipients(editor: DraftEditor, input: React.RefObject<HTMLInputElement | null>) {
  const t = useT();
  const client = useQueryClient();
  const { announce, tell } = useVoice();
  const { change } = editor;
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  const put = (one: LocalRecipient) =>
    change((before) =>
      before.recipients.some(({ party }) => same(party.address, one.party.address))
        ? before
        : { ...before, recipients: [...before.recipients, one] },
    );
  /** An address that was typed in full gets the name under which it is known here. */
  const nameLater = async (address: string) => {
    const known = await client
      .fetchQuery({ queryKey: ["contacts", address], queryFn: () => knownAs(address), staleTime: 30_000 })
      .catch(() => undefined);
    const name = known?.items.find((one) => same(one.party.address, address))?.party.name;
    if (!name) return;
    change((before) => ({
      ...before,
      recipients: before.recipients.map((one) =>
        same(one.party.address, address) && one.party.name === "" ? { ...one, party: { ...one.party, name } } : one,
      ),
    }));
  };
  return {
    add: (party: Party, contact?: ContactLine) => {
      if (editor.content.recipients.some((one) => same(one.party.address, party.address))) {
        announce(t("compose.already", { address: party.address }), true);
        return;
      }
      put({ party, kind: "to", phone: contact?.phone ?? "", secret: "", secretSet: contact?.has_secret ?? false, confirmed: false });
      announce(t("compose.added", { name: nameOf(party) }));
      if (!contact && party.name === "") void nameLater(party.address);
    },
    change: (address: string, what: Partial<LocalRecipient>) =>
      change((before) => ({
        ...before,
        recipients: before.recipients.map((one) => (one.party.address === address ? { ...one, ...what } : one)),
      })),
    remove: (one: LocalRecipient) => {
      change((before) => ({
        ...before,
        recipients: before.recipients.filter(({ party }) => party.address !== one.party.address),
      }));
      tell(t("compose.removed", { name: nameOf(one.party) }), () => put(one));
      input.current?.focus();
    },
  };
}

/** Says aloud which recipients now go by another route. */
function usePlanVoice(editor: DraftEditor) {
  const t = useT();
  const { announce } = useVoice();
  const before = useRef<Map<string, string> | null>(null);
  const { answer } = editor.plan;
  const names = useRef(new Map<string, string>());
  useEffect(() => {
    names.current = new Map(editor.content.recipients.map((one) => [one.party.address, nameOf(one.party)]));
  });
  useEffect(() => {
    if (!answer) return;
    const routes = new Map(answer.plan.recipients.map((one) => [one.address, one.route as string]));
    const changed = answer.plan.recipients.filter((one) => before.current && before.current.get(one.address) !== one.route);
    before.current = routes;
    if (changed.length > 0) {
      announce(
        changed
          .map((one) => t("compose.planChanged", { name: names.current.get(one.address) ?? one.address, route: t(`route.${one.route}`) }))
          .join(". "),
      );
    }
  }, [announce, answer, t]);
}

function useLeave(): () => void {
  const router = useRouter();
  const navigate = useNavigate();
  return () => {
    if (router.history.canGoBack()) router.history.back();
    else void navigate({ to: "/" });
  };
}

function useSend(draft: Draft, editor: DraftEditor) {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { tell } = useVoice();
  const may = useMay();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const running = useRef(false);

  /** Sends; for a reason anyway, where policy lets the sender. */
  const run = async (reason?: string) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setError(null);
    try {
      const version = await editor.flush();
      if (version === null) return;
      // The key goes with this version of the draft: pressing twice, or again after a lost answer, sends once.
      const answer =
        reason === undefined
          ? await api.post<SendAnswer>(`/drafts/${draft.id}/send`, undefined, {
              ifMatch: version,
              idempotencyKey: `send-${draft.id}-${version}`,
            })
          : await api.post<SendAnswer>(`/drafts/${draft.id}/send-anyway`, { reason }, { ifMatch: version });
      editor.close();
      tell(t(answer.outcome === "held" ? "compose.held" : "compose.sent"));
      for (const key of ["drafts", "messages", "held", "contacts"]) void client.invalidateQueries({ queryKey: [key] });
      await navigate(
        may("mail.read")
          ? {
              to: "/mail/$mb/$folder/$id",
              params: { mb: editor.content.mailboxId, folder: "sent", id: answer.message_id },
              replace: true,
            }
          : { to: "/", replace: true },
      );
    } catch (failed) {
      setError(failed);
      if (isProblem(failed) && failed.plan) editor.takePlan(failed.plan);
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  const discard = () => {
    const undo = discardLater(client, draft.id);
    void navigate({ to: "/" });
    tell(t("compose.discarded"), () => {
      undo();
      void navigate({ to: "/compose/$draft", params: { draft: draft.id } });
    });
  };
  return { run, busy, error, discard };
}

function SaveLine({ editor }: { editor: DraftEditor }) {
  const t = useT();
  const formats = useFormats();
  const { save } = editor;
  const text = {
    saved: () => t("compose.saved", { when: save.kind === "saved" ? formats.short(save.at) : "" }),
    unsaved: () => t("compose.unsaved"),
    saving: () => t("compose.saving"),
    offline: () => t("compose.saveOffline"),
    failed: () => t("compose.saveFailed"),
    conflict: () => t("compose.saveFailed"),
  }[save.kind]();
  const bad = save.kind === "offline" || save.kind === "failed" || save.kind === "conflict";
  return (
    <p className={styles.saveLine} data-bad={bad} role={bad ? "status" : undefined}>
      <Icon name={save.kind === "saved" ? "check" : bad ? "warn" : "clock"} size={16} />
      <span>{text}</span>
    </p>
  );
}

function Trouble({ editor, sendError }: { editor: DraftEditor; sendError: unknown }) {
  const t = useT();
  const words = useProblemText();
  const { save, plan } = editor;
  const wrong = useMemo(
    () => [save.kind === "failed" ? save.error : null, sendError, plan.error].filter((one) => one !== null && one !== undefined),
    [save, sendError, plan.error],
  );
  if (save.kind === "conflict") {
    return (
      <Banner
        tone="warn"
        live
        actions={
          <>
            <Button small label={t("compose.conflictTheirs")} onPress={editor.takeTheirs} />
            <Button small label={t("compose.conflictMine")} onPress={editor.keepMine} />
          </>
        }
      >
        {t("compose.conflict")}
      </Banner>
    );
  }
  if (wrong.length === 0) return null;
  return (
    <Banner tone="danger" live>
      {plan.error === wrong[0] ? `${t("compose.planFailed")} ` : ""}
      {words(wrong[0])}
    </Banner>
  );
}
