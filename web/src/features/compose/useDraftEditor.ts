/**
 * Keeps a draft on the server while it is written: saves shortly after each change, one request at a time, then asks
 * the gate for the plan of exactly what was saved. Nothing typed is lost: what can't be saved is tried again.
 */

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { api, isProblem } from "@/api/client";
import type { AttachmentMeta, Draft, PlanAnswer } from "@/api/types";
import { changeOf, contentOf, same, settle, type Content } from "./editor";

const SAVE_AFTER_MS = 700;
const RETRY_AFTER_MS = 4_000;

export type SaveState =
  | { kind: "saved"; at: string }
  | { kind: "unsaved" }
  | { kind: "saving" }
  | { kind: "offline" }
  | { kind: "failed"; error: unknown }
  | { kind: "conflict"; theirs: Draft };

export interface PlanState {
  answer: PlanAnswer | null;
  /** What the findings refer to: the text, and the attachments by their places. */
  of: { subject: string; text: string; files: readonly AttachmentMeta[] };
  busy: boolean;
  error: unknown;
}

export interface DraftEditor {
  content: Content;
  files: AttachmentMeta[];
  save: SaveState;
  plan: PlanState;
  change: (change: (content: Content) => Content) => void;
  setFiles: (change: (files: AttachmentMeta[]) => AttachmentMeta[]) => void;
  /** Saves what is pending and gives the version that the server has; null when it could not be saved. */
  flush: () => Promise<number | null>;
  takePlan: (plan: PlanAnswer["plan"]) => void;
  keepMine: () => void;
  takeTheirs: () => void;
  /** Stops saving: the draft is sent or thrown away. */
  close: () => void;
}

export function useDraftEditor(draft: Draft): DraftEditor {
  const client = useQueryClient();
  const [content, setContent] = useState(() => contentOf(draft));
  const [files, setFileList] = useState(draft.files);
  const [save, setSave] = useState<SaveState>({ kind: "saved", at: draft.updated_at });
  const [plan, setPlan] = useState<PlanState>({ answer: null, of: { subject: "", text: "", files: [] }, busy: true, error: null });

  // What the asynchronous parts need, always the latest.
  const now = useRef(content);
  const base = useRef(contentOf(draft));
  const filesNow = useRef(draft.files);
  const version = useRef(draft.version);
  const running = useRef<Promise<number | null> | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const closed = useRef(false);
  const conflict = useRef<Draft | null>(null);
  const planning = useRef<AbortController>(undefined);

  const askPlan = useCallback(async () => {
    planning.current?.abort();
    const mine = new AbortController();
    planning.current = mine;
    const of = { subject: base.current.subject, text: base.current.text, files: filesNow.current };
    setPlan((before) => ({ ...before, busy: true }));
    try {
      const answer = await api.post<PlanAnswer>(`/drafts/${draft.id}/plan`, undefined, { signal: mine.signal });
      if (!mine.signal.aborted) setPlan({ answer, of, busy: false, error: null });
    } catch (error) {
      if (!mine.signal.aborted) setPlan((before) => ({ ...before, busy: false, error }));
    }
  }, [draft.id]);

  const put = useCallback(async (): Promise<number | null> => {
    const sending = now.current;
    setSave({ kind: "saving" });
    try {
      const saved = await api.put<Draft>(`/drafts/${draft.id}`, changeOf(sending), { ifMatch: version.current });
      version.current = saved.version;
      base.current = sending;
      const settled = settle(now.current, sending);
      if (settled !== now.current) {
        now.current = settled;
        base.current = settle(sending, sending);
        setContent(settled);
      }
      setSave({ kind: "saved", at: saved.updated_at });
      void client.invalidateQueries({ queryKey: ["drafts"] });
      return saved.version;
    } catch (error) {
      if (!isProblem(error, "version_conflict")) {
        setSave(isProblem(error, "offline") || isProblem(error, "unavailable") ? { kind: "offline" } : { kind: "failed", error });
        return null;
      }
      const theirs = await api.get<Draft>(`/drafts/${draft.id}`).catch(() => null);
      if (!theirs) {
        setSave({ kind: "offline" });
        return null;
      }
      version.current = theirs.version;
      filesNow.current = theirs.files;
      setFileList(theirs.files);
      // Only the attachments moved the version on: nobody else wrote, so saving goes on.
      if (same({ ...contentOf(theirs) }, withoutSecrets(base.current))) return put();
      conflict.current = theirs;
      setSave({ kind: "conflict", theirs });
      return null;
    }
  }, [client, draft.id]);

  /** One saving at a time; whoever asks meanwhile waits for the one that covers the change. */
  const flush = useCallback(async (): Promise<number | null> => {
    clearTimeout(timer.current);
    if (running.current) await running.current;
    if (closed.current || conflict.current) return null;
    if (same(now.current, base.current)) return version.current;
    running.current = put().finally(() => {
      running.current = null;
    });
    const saved = await running.current;
    if (saved !== null && same(now.current, base.current)) void askPlan();
    return saved;
  }, [askPlan, put]);

  const schedule = useCallback(
    (wait: number) => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), wait);
    },
    [flush],
  );

  const change = useCallback(
    (apply: (content: Content) => Content) => {
      now.current = apply(now.current);
      setContent(now.current);
      if (conflict.current || closed.current) return;
      setSave((before) => (before.kind === "offline" ? before : { kind: "unsaved" }));
      schedule(SAVE_AFTER_MS);
    },
    [schedule],
  );

  const setFiles = useCallback(
    (apply: (files: AttachmentMeta[]) => AttachmentMeta[]) => {
      filesNow.current = apply(filesNow.current);
      setFileList(filesNow.current);
      // The content was changed on the server: what was found in it may be different now.
      void askPlan();
    },
    [askPlan],
  );

  // A failed or disconnected saving is tried again; a change that arrived during a saving follows it.
  useEffect(() => {
    if (save.kind === "offline") schedule(RETRY_AFTER_MS);
    else if (save.kind === "saved" && !same(now.current, base.current)) schedule(SAVE_AFTER_MS);
  }, [save, schedule]);

  useEffect(() => {
    // Deferred, so that a double start in development asks once.
    const first = setTimeout(() => void askPlan(), 0);
    const leave = () => {
      if (closed.current || conflict.current || same(now.current, base.current)) return;
      void api
        .put(`/drafts/${draft.id}`, changeOf(now.current), { ifMatch: version.current, keepalive: true })
        .then(() => client.invalidateQueries({ queryKey: ["drafts"] }))
        .catch(() => undefined);
      base.current = now.current;
    };
    window.addEventListener("pagehide", leave);
    return () => {
      clearTimeout(first);
      clearTimeout(timer.current);
      planning.current?.abort();
      window.removeEventListener("pagehide", leave);
      leave();
      client.removeQueries({ queryKey: ["draft", draft.id] });
    };
  }, [askPlan, client, draft.id]);

  const keepMine = useCallback(() => {
    conflict.current = null;
    setSave({ kind: "unsaved" });
    void put().then((saved) => {
      if (saved !== null) void askPlan();
    });
  }, [askPlan, put]);

  const takeTheirs = useCallback(() => {
    const theirs = conflict.current;
    if (!theirs) return;
    conflict.current = null;
    base.current = contentOf(theirs);
    now.current = base.current;
    setContent(base.current);
    filesNow.current = theirs.files;
    setFileList(theirs.files);
    setSave({ kind: "saved", at: theirs.updated_at });
    void askPlan();
  }, [askPlan]);

  const takePlan = useCallback((given: PlanAnswer["plan"]) => {
    setPlan((before) => (before.answer ? { ...before, answer: { ...before.answer, plan: given } } : before));
  }, []);

  const close = useCallback(() => {
    closed.current = true;
    clearTimeout(timer.current);
    planning.current?.abort();
  }, []);

  return { content, files, save, plan, change, setFiles, flush, takePlan, keepMine, takeTheirs, close };
}

const withoutSecrets = (content: Content): Content => ({
  ...content,
  recipients: content.recipients.map((one) => ({ ...one, secret: "" })),
});
