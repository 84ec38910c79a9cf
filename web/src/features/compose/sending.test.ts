import { expect, it } from "vitest";
import type { PlanAnswer, RecipientPlan } from "@/api/types";
import type { Content } from "./editor";
import { sendWords, type Situation } from "./sending";

const t = (key: string, values?: Record<string, unknown>) => `${key}${values ? JSON.stringify(values) : ""}`;
const row = (more: Partial<RecipientPlan> = {}): RecipientPlan => ({
  address: "a@b.example",
  route: "pickup",
  action: "protect",
  reasons: [],
  must_confirm: false,
  ...more,
});
const answer = (rows: RecipientPlan[], more: Partial<PlanAnswer["plan"]> = {}): PlanAnswer => ({
  plan: { action: "protect", ready: true, recipients: rows, policy_version: 1, ...more },
  findings: { sensitivity: "none", spans: [] },
  draft_version: 1,
  lighter: null,
});
const content = (confirmed = true): Content => ({
  mailboxId: "m",
  recipients: [
    { party: { name: "", address: "a@b.example" }, kind: "to", phone: "", secret: "", secretSet: false, confirmed },
  ],
  subject: "s",
  text: "",
  patient: "",
  askPickup: false,
  expiresDays: null,
});
const at = (more: Partial<Situation>): Situation => ({
  content: content(),
  answer: answer([row()]),
  save: { kind: "saved", at: "" },
  planning: false,
  uploading: false,
  ...more,
});

it("says how many it goes to and how many must pick it up", () => {
  expect(sendWords(t, at({}))).toEqual({ label: 'compose.sendAllPickup{"count":1}', why: "", ready: true });
  const two = content();
  const [first] = two.recipients;
  if (first) two.recipients.push({ ...first, party: { name: "", address: "c@b.example" } });
  const mixed = answer([row(), row({ address: "c@b.example", route: "inside" })]);
  expect(sendWords(t, at({ content: two, answer: mixed })).label).toBe('compose.sendPickup{"count":2,"pickup":1}');
});

it("holds when the plan holds, and says so", () => {
  const words = sendWords(t, at({ answer: answer([row()], { action: "hold" }) }));
  expect(words).toEqual({ label: "compose.sendHold", why: "compose.whyHold", ready: true });
});

it.each<[string, Partial<Situation>]>([
  ["compose.whyNobody", { content: { ...content(), recipients: [] } }],
  ["compose.whyUploads", { uploading: true }],
  ["compose.whyUnsaved", { save: { kind: "offline" } }],
  ["compose.whyPlanning", { answer: null }],
  ["compose.whyPlanning", { planning: true }],
  ["compose.whyPlanning", { save: { kind: "unsaved" } }],
  ["compose.whyBlocked", { answer: answer([row()], { action: "block", ready: false }) }],
  ['compose.whyConfirm{"count":1}', { content: content(false), answer: answer([row({ must_confirm: true })], { ready: false }) }],
  ['compose.whyFactor{"count":1}', { answer: answer([row({ reasons: [{ code: "needs_second_factor" }] })], { ready: false }) }],
  ['compose.whyRoute{"count":1}', { answer: answer([row({ route: "none" })], { ready: false }) }],
])("does not send: %s", (why, more) => {
  expect(sendWords(t, at(more))).toMatchObject({ why, ready: false });
});
