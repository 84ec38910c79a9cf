import { act, renderHook } from "@testing-library/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { beforeEach, expect, it, vi } from "vitest";
import type { Draft, DraftChange } from "@/api/types";
import { answering, problem, type Call } from "../../../test/render";
import { useDraftEditor } from "./useDraftEditor";

const draft: Draft = {
  id: "d",
  version: 1,
  mailbox_id: "m",
  recipients: [],
  subject: "",
  text: "",
  ask_pickup: false,
  files: [],
  updated_at: "2026-01-01T00:00:00Z",
};
const plan = { plan: { action: "send", ready: true, recipients: [], policy_version: 1 }, findings: { sensitivity: "none", spans: [] }, draft_version: 1 };

/** A server that keeps one draft and refuses changes to another version. */
function server() {
  let kept: Draft = draft;
  const put = (call: Call) => {
    if (call.headers.get("If-Match") !== `"${kept.version}"`) return problem("version_conflict", 412);
    const change = call.body as DraftChange;
    kept = { ...kept, ...change, recipients: change.recipients.map((one) => ({ party: one.party, kind: one.kind ?? "to", confirmed: !!one.confirmed, secret_set: !!one.secret })), patient: null, mailbox_id: "m", expires_days: null, ask_pickup: !!change.ask_pickup, version: kept.version + 1 };
    return { body: kept };
  };
  const calls = answering({
    "PUT /drafts/d": put,
    "GET /drafts/d": () => ({ body: kept }),
    "POST /drafts/d/plan": { body: plan },
  });
  return { calls, kept: () => kept, alter: (change: Partial<Draft>) => (kept = { ...kept, ...change, version: kept.version + 1 }) };
}

const start = () =>
  renderHook(() => useDraftEditor(draft), {
    wrapper: ({ children }) => <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>,
  });
const settle = (ms = 1_000) => act(() => vi.advanceTimersByTimeAsync(ms));

beforeEach(() => void vi.useFakeTimers());

it("saves once after typing stops, with the version it is based on, and then plans", async () => {
  const { calls, kept } = server();
  const { result } = start();
  await settle(50);
  act(() => result.current.change((before) => ({ ...before, text: "a" })));
  act(() => result.current.change((before) => ({ ...before, text: "ab" })));
  await settle();
  expect(calls.filter((call) => call.method === "PUT")).toHaveLength(1);
  expect(kept().text).toBe("ab");
  expect(result.current.save.kind).toBe("saved");
  expect(calls.at(-1)?.path).toBe("/drafts/d/plan");
  expect(result.current.plan.of.text).toBe("ab");
});

it("goes on when only the attachments moved the version", async () => {
  const { alter, kept } = server();
  const { result } = start();
  alter({ files: [{ id: "f", file_name: "a.pdf", media_type: "application/pdf", size: 1 }] });
  act(() => result.current.change((before) => ({ ...before, text: "mine" })));
  await settle();
  expect(kept().text).toBe("mine");
  expect(result.current.files).toHaveLength(1);
  expect(result.current.save.kind).toBe("saved");
});

it("stops at a real conflict, and keeps mine only when asked", async () => {
  const { alter, kept } = server();
  const { result } = start();
  alter({ text: "theirs" });
  act(() => result.current.change((before) => ({ ...before, text: "mine" })));
  await settle();
  expect(result.current.save.kind).toBe("conflict");
  await settle(10_000);
  expect(kept().text).toBe("theirs");
  act(() => result.current.keepMine());
  await settle();
  expect(kept().text).toBe("mine");
});

it("shows the other version when asked", async () => {
  const { alter } = server();
  const { result } = start();
  alter({ text: "theirs" });
  act(() => result.current.change((before) => ({ ...before, text: "mine" })));
  await settle();
  act(() => result.current.takeTheirs());
  expect(result.current.content.text).toBe("theirs");
  expect(result.current.save.kind).toBe("saved");
});

it("tries again when the server can't be reached", async () => {
  const { kept } = server();
  const reachable = globalThis.fetch;
  const { result } = start();
  await settle(50);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("network")));
  act(() => result.current.change((before) => ({ ...before, subject: "kept" })));
  await settle();
  expect(result.current.save.kind).toBe("offline");
  vi.stubGlobal("fetch", reachable);
  await settle(5_000);
  expect(kept().subject).toBe("kept");
  expect(result.current.save.kind).toBe("saved");
});

it("forgets a secret once the server has it", async () => {
  const { calls } = server();
  const { result } = start();
  const one = { party: { name: "", address: "a@b.example" }, kind: "to" as const, phone: "", secret: "blue door", secretSet: false, confirmed: true };
  act(() => result.current.change((before) => ({ ...before, recipients: [one] })));
  await settle();
  expect(calls.some((call) => JSON.stringify(call.body ?? "").includes("blue door"))).toBe(true);
  expect(result.current.content.recipients[0]).toMatchObject({ secret: "", secretSet: true });
});
