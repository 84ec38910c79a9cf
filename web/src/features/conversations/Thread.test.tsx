import { act, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";
import { clinic, field, rowOf, said, showPages } from "../../../test/conversationPages";
import type { House, MemoryClient } from "../../../test/conversations";

// Typing letter by letter into a whole page takes its time where processors are shared.
vi.setConfig({ testTimeout: 30_000 });

let house: House;
let anna: MemoryClient;
let ben: MemoryClient;
let room: ReturnType<House["begin"]>;

beforeEach(() => {
  house = clinic();
  anna = house.client("anna");
  ben = house.client("ben");
  room = house.begin("anna", ["ben", "chantal"], { subject: "Wound care" });
});

async function open() {
  const shown = showPages(anna, `/conversations/${room.id}`);
  await screen.findByRole("log");
  return shown;
}
const menuOf = async (user: Awaited<ReturnType<typeof open>>["user"], text: string | RegExp) => {
  await user.click(within(rowOf(text)).getByRole("button", { name: /Actions$/ }));
  return screen.findByRole("menu");
};
const choose = async (user: Awaited<ReturnType<typeof open>>["user"], text: string | RegExp, act: string) => {
  const menu = await menuOf(user, text);
  await user.click(within(menu).getByRole("menuitem", { name: act }));
};
const asked = (name: string) => anna.asked.filter((one) => one.name === name).map((one) => one.args);

it("sends what is written without a connection in its order, once there is one, and shows how far it came", async () => {
  const { user } = await open();
  act(() => anna.setOnline(false));
  await user.type(field(), "first{Enter}second{Shift>}{Enter}{/Shift}line{Enter}third{Enter}");
  await waitFor(() => expect(said()).toEqual(["first", "second\nline", "third"]));
  for (const text of ["first", "third"]) within(rowOf(text)).getAllByText("Waits to be sent");
  expect(house.rooms.get(room.id)?.log).toHaveLength(1);
  expect(field()).toHaveProperty("value", "");

  act(() => anna.setOnline(true));
  await waitFor(() => expect(screen.queryByText("Waits to be sent")).toBeNull());
  expect(said()).toEqual(["first", "second\nline", "third"]);
  expect(room.log.flatMap((one) => (one.kind === "message" ? [one.text] : []))).toEqual(["first", "second\nline", "third"]);
  within(rowOf("first")).getByText("Sent");

  await act(async () => void (await ben.command("read", { conversation: room.id, seq: 2 })));
  within(rowOf("first")).getByText("Read by some");
  act(() => house.reach(room, "read", "chantal", 4));
  await act(async () => void (await ben.command("read", { conversation: room.id, seq: 4 })));
  within(rowOf("third")).getByText("Read");
  await user.click(screen.getByRole("button", { name: /^Read by everyone/ }));
  const reached = await screen.findByRole("dialog", { name: "Who has read it" });
  expect(within(reached).getAllByRole("listitem").map((one) => one.textContent)).toEqual([
    expect.stringMatching(/Ben Carter.*read /),
    expect.stringMatching(/Chantal Bakker.*read /),
  ]);
});

it("brings back what was not taken, and says why", async () => {
  const { user } = await open();
  anna.faults.set("send", "too_large");
  await user.type(field(), "a long story{Enter}");
  await waitFor(() => expect(field()).toHaveProperty("value", "a long story"));
  expect(within(screen.getByRole("region", { name: "Messages from Wardpost" })).getByText("It is too long. Send it in parts.")).toBeTruthy();
});

it("changes a message by its menu or with the arrow key, and keeps what was being written", async () => {
  house.append(room, "anna", "10 mg");
  const { user } = await open();
  await user.type(field(), "half a sentence");
  await choose(user, "10 mg", "Edit");
  await waitFor(() => expect(document.activeElement).toBe(field()));
  expect(field()).toHaveProperty("value", "10 mg");
  await user.clear(field());
  await user.type(field(), "5 mg{Enter}");
  await waitFor(() => expect(said()).toEqual(["5 mg"]));
  within(rowOf("5 mg")).getByText("edited");
  expect(field()).toHaveProperty("value", "half a sentence");
  expect(ben.conversations()[0]?.last?.text).toBe("5 mg");

  await user.clear(field());
  await user.keyboard("{ArrowUp}");
  expect(field()).toHaveProperty("value", "5 mg");
  await user.keyboard("{Escape}");
  expect(field()).toHaveProperty("value", "");
  expect(asked("edit")).toHaveLength(1);
});

it("deletes for everyone only when it can't be undone any more", async () => {
  house.append(room, "anna", "wrong patient");
  const { user } = await open();
  await choose(user, "wrong patient", "Delete for everyone");
  await waitFor(() => expect(said()).toEqual(["Message deleted"]));
  expect(asked("delete")).toEqual([]);
  expect(ben.conversations()[0]?.last?.deleted).toBe(false);

  await user.click(screen.getByRole("button", { name: "Undo" }));
  await waitFor(() => expect(said()).toEqual(["wrong patient"]));
  expect(asked("delete")).toEqual([]);

  await choose(user, "wrong patient", "Delete for everyone");
  await user.click(screen.getByRole("button", { name: "Dismiss" }));
  await waitFor(() => expect(asked("delete")).toHaveLength(1));
  expect(said()).toEqual(["Message deleted"]);
  expect(ben.conversations()[0]?.last?.deleted).toBe(true);
});

it("shows a message again that could not be deleted", async () => {
  house.append(room, "anna", "stays");
  anna.faults.set("delete", "too_late");
  const { user } = await open();
  await choose(user, "stays", "Delete for everyone");
  await user.click(await screen.findByRole("button", { name: "Dismiss" }));
  await waitFor(() => expect(said()).toEqual(["stays"]));
  screen.getAllByText("It is too late for that.");
});

it("deletes at once when the page is closed before the undo is over", async () => {
  house.append(room, "anna", "wrong patient");
  const { user } = await open();
  await choose(user, "wrong patient", "Delete for everyone");
  act(() => void window.dispatchEvent(new Event("pagehide")));
  expect(asked("delete")).toHaveLength(1);
});

it("replies with a quote, which leads to what it quotes", async () => {
  house.append(room, "ben", "Creatinine 148?");
  const { user } = await open();
  await choose(user, "Creatinine 148?", "Reply");
  screen.getByText("Reply to Ben Carter");
  await user.type(field(), "Halve it.{Enter}");
  await waitFor(() => expect(said()).toContain("Halve it."));
  const quote = within(rowOf("Halve it.")).getByRole("button", { name: /In reply to Ben Carter.*Creatinine 148\?/ });
  await user.click(quote);
  await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toMatch(/Ben Carter.*Creatinine 148\?/));
  expect(screen.queryByText("Reply to Ben Carter")).toBeNull();
});

it("mentions somebody by keys", async () => {
  const { user } = await open();
  await user.type(field(), "Could you, @c");
  const list = screen.getByRole("listbox", { name: "Mention somebody" });
  expect(within(list).getAllByRole("option").map((one) => one.textContent)).toEqual([expect.stringContaining("Ben Carter"), expect.stringContaining("Chantal Bakker")]);
  await user.keyboard("{ArrowDown}{Enter}");
  expect(field()).toHaveProperty("value", "Could you, @Chantal Bakker ");
  await user.type(field(), "call?{Enter}");
  await waitFor(() => expect(asked("send")).toEqual([expect.objectContaining({ text: "Could you, @Chantal Bakker call?", mentions: ["chantal"] })]));
  expect(rowOf("@Chantal Bakker").querySelector("strong[data-me]")?.textContent).toBe("@Chantal Bakker");
});

it("marks as urgent once, and says what that means", async () => {
  const { user } = await open();
  await user.click(screen.getByRole("button", { name: "Mark as urgent", pressed: false }));
  screen.getAllByText(/everyone here is told again/);
  await user.type(field(), "Come now{Enter}");
  await waitFor(() => expect(asked("send")).toEqual([expect.objectContaining({ urgent: true })]));
  screen.getByRole("button", { name: "Mark as urgent", pressed: false });
  within(rowOf("Come now")).getByText("Urgent");
});

it("goes from message to message by keys, reacts, pins and forwards", async () => {
  house.begin("anna", ["eva"], { subject: "Roster" });
  house.append(room, "ben", "one");
  house.append(room, "ben", "two");
  const { user } = await open();
  await user.click(field());
  await user.keyboard("{Escape}");
  expect(document.activeElement?.getAttribute("aria-label")).toMatch(/: two\. Actions$/);
  await user.keyboard("{ArrowUp}");
  expect(document.activeElement?.getAttribute("aria-label")).toMatch(/: one\. Actions$/);

  await user.keyboard("{Enter}");
  const menu = await screen.findByRole("menu");
  await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toBe("React: Agreed"));
  await user.keyboard("{ArrowRight}");
  expect(document.activeElement?.getAttribute("aria-label")).toBe("React: Done");
  await user.keyboard("{ArrowDown}");
  expect(document.activeElement).toBe(within(menu).getByRole("menuitem", { name: "Reply" }));
  await user.keyboard("{ArrowUp}{Enter}");
  await waitFor(() => expect(asked("react")).toHaveLength(1));
  const [reaction] = await within(rowOf("one")).findAllByRole("button", { pressed: true });
  expect(reaction?.getAttribute("aria-label")).toBe("Question: You");
  await user.click(reaction as HTMLElement);
  await waitFor(() => expect(within(rowOf("one")).queryByRole("button", { pressed: true })).toBeNull());

  await choose(user, "one", "Pin");
  await within(await screen.findByRole("region", { name: "Pinned" })).findByText("one");

  await choose(user, "two", "Forward");
  const dialog = await screen.findByRole("dialog", { name: "Forward to" });
  await user.click(within(dialog).getByRole("button", { name: "Forward to Roster" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(anna.conversations().find((one) => one.subject === "Roster")?.last?.text).toBe("two");
});

it("goes down from the last message to the field, and by Escape back to the list", async () => {
  house.append(room, "ben", "one");
  const { user, router } = await open();
  await user.click(field());
  await user.keyboard("{Escape}{ArrowDown}");
  expect(document.activeElement).toBe(field());
  await user.keyboard("{Escape}{Escape}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/conversations"));
});

it("begins at what is new, says that it was read, and says aloud what comes", async () => {
  for (let n = 0; n < 60; n += 1) house.append(room, n % 2 ? "ben" : "chantal", `message ${n}`);
  house.reach(room, "read", "anna", 59);
  const { user } = await open();
  const rows = within(screen.getByRole("log")).getAllByRole("listitem");
  const line = rows.findIndex((one) => one.textContent === "New messages");
  expect(rows[line + 1]?.textContent).toContain("message 58");
  await waitFor(() => expect(asked("read")).toEqual([{ conversation: room.id, seq: 61 }]));
  expect(said()).toHaveLength(40);

  await user.click(screen.getByRole("button", { name: "Show older messages" }));
  await waitFor(() => expect(said()[0]).toBe("message 0"));
  expect(screen.getAllByRole("status").some((one) => one.textContent?.includes("message 0"))).toBe(false);

  act(() => void house.append(room, "ben", "just now"));
  await waitFor(() => expect(screen.getAllByRole("status").some((one) => one.textContent === "Ben Carter: just now")).toBe(true));
});

it("keeps what was being written with each conversation", async () => {
  const other = house.begin("anna", ["ben"]);
  const { user, router } = await open();
  await user.type(field(), "not yet");
  await act(() => router.navigate({ to: `/conversations/${other.id}` } as never));
  await waitFor(() => expect(field()).toHaveProperty("value", ""));
  expect(screen.getByText("Draft:").parentElement?.textContent).toContain("not yet");
  await act(() => router.navigate({ to: `/conversations/${room.id}` } as never));
  await waitFor(() => expect(field()).toHaveProperty("value", "not yet"));
  expect(Object.keys(sessionStorage).concat(Object.keys(localStorage)).some((key) => (sessionStorage.getItem(key) ?? localStorage.getItem(key))?.includes("not yet"))).toBe(false);
});

it("tells what happened, and shows where nothing can be written any more", async () => {
  const { user } = await open();
  await act(async () => void (await ben.command("set_open", { conversation: room.id, open: false })));
  await screen.findByText("Ben Carter closed the conversation");
  expect(screen.queryByRole("textbox", { name: "Write a message" })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Reopen" }));
  await screen.findByText("You reopened the conversation");
  expect(field()).toBeTruthy();
});

it("shows patients what it is not for", async () => {
  house.person("fatima", "Fatima El Amrani", "", { role: "patient" });
  house.person("keeper", "Records", "", { role: "custodian" });
  const own = house.begin("anna", ["fatima", "keeper"], { kind: "patient" });
  showPages(house.client("fatima"), `/conversations/${own.id}`);
  await screen.findByRole("log");
  screen.getByText(/This is not for emergencies: call (112|911)\./);
  screen.getByText(/kept in your record/);
  screen.getByText("Records custodian keeps this conversation for the record");
});
