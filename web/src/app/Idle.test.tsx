import { act, screen } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";
import type { SignedIn } from "@/api/types";
import { answering, show, type Call } from "../../test/render";
import { Idle } from "./Idle";
import { wasEndedByIdle } from "./session";

const NOW = Date.parse("2026-01-01T10:00:00Z");
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
const session = (left: number): SignedIn => ({
  state: "signed_in",
  person: { id: "p", name: "Anouk", login: "a@linde.example", function: "", language: "en" },
  roles: [],
  permissions: [],
  mailboxes: [],
  acting_for: null,
  org: { id: "o", name: "De Linde" },
  csrf: "c",
  idle_seconds: 900,
  warn_seconds: 60,
  place: { zone: null, read_only: false, downloads: true, certificate_gap: null },
  idle_expires_at: at(left),
  absolute_expires_at: at(40_000),
  has_password: true,
  password_ends_at: null,
  must_enrol_totp: false,
});
const pass = (seconds: number) => act(() => vi.advanceTimersByTimeAsync(seconds * 1000));
const touches = (calls: Call[]) => calls.filter((call) => call.path === "/session/touch").length;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  vi.stubGlobal("BroadcastChannel", undefined);
});

it("counts down in the last minute, has the focus on staying, and stays", async () => {
  const calls = answering({ "POST /session/touch": { body: { idle_expires_at: at(1_000) } } });
  show(<Idle session={session(100)} />);
  await pass(30);
  expect(screen.queryByRole("alertdialog")).toBeNull();
  await pass(11);
  expect(screen.getByRole("alertdialog").textContent).toContain("59 seconds");
  const stay = screen.getByRole("button", { name: "Stay signed in" });
  expect(document.activeElement).toBe(stay);
  await act(async () => stay.click());
  await pass(1);
  expect(touches(calls)).toBe(1);
  expect(screen.queryByRole("alertdialog")).toBeNull();
});

it("tells the server of use at most once a minute, and not while the countdown asks", async () => {
  const calls = answering({ "POST /session/touch": { body: { idle_expires_at: at(900) } } });
  show(<Idle session={session(900)} />);
  const use = () => act(async () => void window.dispatchEvent(new Event("pointerdown")));
  await use();
  await use();
  await pass(30);
  await use();
  expect(touches(calls)).toBe(1);
  await pass(31);
  await use();
  expect(touches(calls)).toBe(2);
  await pass(810);
  expect(screen.getByRole("alertdialog")).toBeTruthy();
  await use();
  expect(touches(calls)).toBe(2);
});

it("asks the server at the end, and goes on when another device kept the session alive", async () => {
  const calls = answering({ "GET /session": { body: session(500) } });
  show(<Idle session={session(20)} />);
  await pass(22);
  expect(calls.map((call) => call.path)).toContain("/session");
  expect(screen.queryByRole("alertdialog")).toBeNull();
});

it("signs out when the server says that the session has ended", async () => {
  answering({ "GET /session": { body: { state: "anonymous", ways: ["passkey", "password"], zone: null, certificate_gap: null, waiting: false } } });
  show(<Idle session={session(20)} />);
  await pass(22);
  expect(wasEndedByIdle()).toBe(true);
});
