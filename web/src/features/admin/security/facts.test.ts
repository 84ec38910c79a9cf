import { expect, it } from "vitest";
import type { SecurityPolicy } from "@/api/types";
import { factChanges, facts, type Words } from "./facts";

const policy: SecurityPolicy = {
  password: { min_alone: 15, min_with_second: 8, rotation_days: null },
  security_key_roles: [],
  security_key_grace_days: 7,
  sessions: { absolute_hours: 12, idle_minutes: 15, by_role: {}, warn_seconds: 60, most_per_person: 20 },
  zones: [],
  elsewhere: { ways: ["passkey", "password"], idle_minutes: null, read_only: false, downloads: true },
  access: { strict: true, correspondence: true, duty: true, break_glass_minutes: 60, cover_days_max: 42 },
  review: { months: 6 },
  ages: { time_zone: "Europe/Amsterdam", bands: [{ from_years: 0, parent: "acts" }] },
};
const words: Words = {
  t: (key, values) => (values ? `${key}(${Object.values(values).join(",")})` : key),
  roleName: (id) => `role ${id}`,
};
const diff = (after: SecurityPolicy) => factChanges(facts(policy, words), facts(after, words), "as usual");

it("finds nothing between equal policies", () => {
  expect(diff(structuredClone(policy))).toEqual([]);
});

it("names each change and whether it weakens", () => {
  const after = structuredClone(policy);
  after.sessions.idle_minutes = 30;
  after.sessions.by_role = { a: 5 };
  after.password.min_alone = 20;
  after.password.rotation_days = 90;
  expect(diff(after)).toEqual([
    { id: "idle", label: "security.idle", from: "security.minutes(15)", now: "security.minutes(30)", weaker: true },
    { id: "alone", label: "security.alone", from: "15", now: "20", weaker: false },
    { id: "rotation", label: "security.rotation", from: "security.rotationOff", now: "security.days(90)", weaker: true },
    { id: "idle a", label: "security.idleOf(role a)", from: "as usual", now: "security.minutes(5)" },
  ]);
});
