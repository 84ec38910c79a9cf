import { act, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { clinic, showPages } from "../../../test/conversationPages";
import type { House, MemoryClient } from "../../../test/conversations";
import first from "@/i18n/first.en";
import { answering, problem } from "../../../test/render";

let house: House;
let anna: MemoryClient;
let room: ReturnType<House["begin"]>;

beforeEach(() => {
  house = clinic();
  anna = house.client("anna");
  house.client("ben");
  house.person("keeper", "Records of De Linde", "", { role: "custodian" });
  room = house.begin("anna", ["ben", "keeper"], { subject: "Wound care" });
  answering({
    "GET /care/colleagues": { body: { items: ["anna", "ben", "chantal", "eva"].map((id) => ({ id, name: house.people.get(id)?.name, function: house.people.get(id)?.function })) } },
  });
});

async function details() {
  const shown = showPages(anna, `/conversations/${room.id}`);
  await shown.user.click(await screen.findByRole("button", { name: /people$/ }));
  return { ...shown, dialog: await screen.findByRole("dialog") };
}

it("says plainly who can read it, with function and organisation", async () => {
  const { dialog } = await details();
  within(dialog).getByText(/the server passes on what it can’t read/);
  within(dialog).getByText(/keeps the conversation for the record/);
  const members = within(within(dialog).getByRole("list", { name: "People in this conversation" })).getAllByRole("listitem");
  expect(members.map((one) => one.textContent)).toEqual([
    expect.stringMatching(/Anna de Vries.*\(you\).*GP · De Linde/),
    expect.stringMatching(/Ben Carter.*GP \(locum\) · De Linde/),
    expect.stringMatching(/Records of De Linde.*Records custodian/),
  ]);
  // The custodian can't be taken out here.
  expect(within(members[2] as HTMLElement).queryByRole("button", { name: /^Remove/ })).toBeNull();
});

it("adds a colleague who has no device yet, and says what that means", async () => {
  const { user, dialog } = await details();
  await user.click(within(dialog).getByRole("button", { name: "Add people" }));
  within(dialog).getByText(/what is said from then on/);
  expect(within(dialog).queryByRole("checkbox", { name: /Ben Carter/ })).toBeNull();
  await user.type(within(dialog).getByRole("searchbox", { name: "Name or function" }), "manag");
  await within(dialog).findByRole("checkbox", { name: /Eva Smit/ });
  await within(dialog).findByText("hasn’t opened conversations yet");
  await user.keyboard("{Enter}");
  within(dialog).getByText(/can be read once they have/);
  await user.click(within(dialog).getByRole("button", { name: "Add 1 person" }));
  await waitFor(() => expect(room.members.has("eva")).toBe(true));
  await within(dialog).findByText(/can read this one once they have/);
});

it("removes somebody after saying what it means, and leaves", async () => {
  const { user, dialog } = await details();
  await user.click(within(dialog).getByRole("button", { name: "Remove Ben Carter" }));
  within(dialog).getByText(/can’t read anything that is said from now on/);
  expect(room.members.get("ben")?.until).toBeNull();
  await user.click(within(dialog).getByRole("button", { name: "Remove from conversation" }));
  const former = await within(dialog).findByRole("list", { name: "No longer in it" });
  within(former).getByText("Ben Carter");
  await user.click(within(dialog).getByRole("button", { name: "Leave conversation" }));
  await user.click(await within(dialog).findByRole("button", { name: "Leave conversation" }));
  await screen.findByText(/no longer in this conversation/);
  expect(screen.queryByRole("textbox", { name: "Write a message" })).toBeNull();
});

it("leaves what is between two to the two", async () => {
  room = house.begin("anna", ["ben"]);
  const { dialog } = await details();
  for (const name of ["Add people", "Remove Ben Carter", "Leave conversation"]) expect(within(dialog).queryByRole("button", { name })).toBeNull();
  within(dialog).getByRole("button", { name: "Close conversation" });
});

it("says why something may not be done, and stays", async () => {
  anna.faults.set("remove_member", "not_allowed");
  const { user, dialog } = await details();
  await user.click(within(dialog).getByRole("button", { name: "Remove Ben Carter" }));
  await user.click(within(dialog).getByRole("button", { name: "Remove from conversation" }));
  await within(dialog).findByText("You may not do this here.");
  expect(room.members.get("ben")?.until).toBeNull();
});

it("changes the subject, closes and reopens", async () => {
  const { user, dialog } = await details();
  const subject = within(dialog).getByRole("textbox", { name: "Subject" });
  await user.clear(subject);
  await user.type(subject, "Leg ulcer{Enter}");
  await screen.findByRole("heading", { name: "Leg ulcer", hidden: true });
  await user.click(within(dialog).getByRole("button", { name: "Close conversation" }));
  await user.click(await within(dialog).findByRole("button", { name: "Close conversation" }));
  await screen.findByText("You closed the conversation");
  expect(room.open).toBe(false);
});

it("shows the safety number in twelve groups, and takes note of changed keys", async () => {
  const ben = house.people.get("ben");
  if (ben) ben.keysChanged = true;
  act(() => house.notice(room, "ben", "keys_changed", ["ben"]));
  const { user } = showPages(anna, `/conversations/${room.id}`);
  await user.click(await screen.findByRole("button", { name: "Look at the safety number" }));
  const dialog = await screen.findByRole("dialog", { name: "Safety number: Ben Carter" });
  const digits = await within(dialog).findByRole("list", { name: "Safety number" });
  const groups = within(digits).getAllByRole("listitem").map((one) => one.textContent ?? "");
  expect(groups).toHaveLength(12);
  expect(groups.every((one) => /^\d{5}$/.test(one))).toBe(true);
  within(dialog).getByRole("img", { name: "Safety number as a QR code" });
  await user.click(within(dialog).getByRole("button", { name: "I have checked it" }));
  await waitFor(() => expect(within(dialog).queryByText(/have changed since/)).toBeNull());
  expect(ben?.keysChanged).toBe(false);
});

it("begins a conversation with a subject and a patient", async () => {
  answering({
    "GET /care/colleagues": { body: { items: [{ id: "ben", name: "Ben Carter", function: "GP (locum)" }] } },
    "GET /patients": { body: { items: [{ id: "p1", name: "Fatima El Amrani", birth_date: "1968-09-02", references: ["111222333"], ground: "own" }] } },
  });
  const { user, router } = showPages(anna, "/conversations/new", ["patient.read"]);
  const begin = await screen.findByRole("button", { name: "Begin conversation" });
  expect(begin).toHaveProperty("disabled", true);
  await user.click(await screen.findByRole("checkbox", { name: /Ben Carter/ }));
  await user.type(screen.getByRole("textbox", { name: /^Subject/ }), "Medication");
  await user.click(screen.getByRole("button", { name: "Choose the patient it is about" }));
  await user.click(await screen.findByRole("button", { name: "Choose Fatima El Amrani" }));
  await user.click(begin);
  await waitFor(() => expect(anna.asked.find((one) => one.name === "create")?.args).toEqual({ kind: "group", members: ["ben"], patient: "p1", subject: "Medication" }));
  await waitFor(() => expect(router.state.location.pathname).toMatch(/^\/conversations\/room-/));
  await screen.findByRole("heading", { name: "Medication" });
  await screen.findByRole("link", { name: "About Fatima El Amrani" });
});

it("goes on with the conversation that there is with one colleague", async () => {
  const direct = house.begin("ben", ["anna"]);
  const { user, router } = showPages(anna, "/conversations/new");
  await user.click(await screen.findByRole("checkbox", { name: /Ben Carter/ }));
  await user.click(await screen.findByRole("button", { name: "Open that conversation" }));
  await waitFor(() => expect(router.state.location.pathname).toBe(`/conversations/${direct.id}`));
  expect(anna.asked.some((one) => one.name === "create")).toBe(false);
});

it("says that colleagues can't be fetched", async () => {
  answering({ "GET /care/colleagues": problem("forbidden", 403) });
  showPages(anna, "/conversations/new");
  await screen.findByText(first["problem.forbidden"]);
});

it("renames and removes devices, and renews the recovery code", async () => {
  const self = house.people.get("anna");
  self?.backups.push({ id: "b", kind: "recovery", label: "" });
  const other = house.client("anna");
  const { user } = showPages(anna, "/settings/conversations");
  const table = await screen.findByRole("table", { name: "Devices" });
  const rows = within(table).getAllByRole("row").slice(1);
  expect(rows).toHaveLength(2);
  within(rows[0] as HTMLElement).getByText("This device");
  await user.click(within(rows[1] as HTMLElement).getByRole("button", { name: /^Rename/ }));
  const dialog = await screen.findByRole("dialog", { name: "Name of the device" });
  await user.clear(within(dialog).getByRole("textbox"));
  await user.type(within(dialog).getByRole("textbox"), "Old phone{Enter}");
  await user.click(await screen.findByRole("button", { name: "Remove Old phone" }));
  const sure = await screen.findByRole("alertdialog", { name: "Remove Old phone?" });
  within(sure).getByText(/can no longer be opened/);
  await user.click(within(sure).getByRole("button", { name: "Remove" }));
  await waitFor(() => expect(other.status()).toEqual({ state: "over", reason: "device_removed" }));
  await within(table).findByText("Removed");

  await user.click(screen.getByRole("button", { name: "Make a new code" }));
  await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Make a new code" }));
  await screen.findByText(/NEW2$/);
  await user.click(screen.getByRole("checkbox", { name: "I have kept the code" }));
  await user.click(screen.getByRole("button", { name: "Go on" }));
  await waitFor(() => expect(screen.queryByText(/NEW2$/)).toBeNull());
});
