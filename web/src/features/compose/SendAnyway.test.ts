import { expect, it } from "vitest";
import type { Plan, RecipientPlan } from "@/api/types";
import { canGo } from "./SendAnyway";

const one: RecipientPlan = {
  address: "pat@mail.example",
  route: "none",
  action: "protect",
  reasons: [],
  must_confirm: false,
  anyway: { route: "verified_tls", action: "send" },
};
const plan = (...recipients: RecipientPlan[]): Plan => ({ action: "protect", ready: false, recipients, policy_version: 1 });

it("goes anyway where only policy asked for more", () => {
  expect(canGo(plan(one))).toBe(true);
  expect(canGo(plan(one, { ...one, anyway: null }))).toBe(false);
  expect(canGo(plan({ ...one, anyway: { route: "none", action: "send" } }))).toBe(false);
  expect(canGo(plan({ ...one, must_confirm: true }))).toBe(false);
});
