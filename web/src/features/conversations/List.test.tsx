import { act, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { clinic, field, showPages } from "../../../test/conversationPages";
import type { House, MemoryClient } from "../../../test/conversations";

let house: House;
let anna: MemoryClient;

beforeEach(() => {
  house = clinic();
  anna = house.client("anna");
});

const lines = () => within(screen.getByRole("list", { name: "Your conversations" })).getAllByRole("link");

it("explains itself where there is nothing yet", async () => {
  showPages(anna);
  await screen.findByText("No conversations yet");
  screen.getByText(/only who is in a conversation can read it/);
  screen.getByRole("link", { name: "New" });
});

it("shows the last changed first, what is new, urgent, closed or waiting, and is walked by keys", async () => {
  const wound = house.begin("anna", ["ben", "chantal"], { subject: "Wound care" });
  const direct = house.begin("ben", ["anna"]);
  const old = house.begin("anna", ["ben"], { subject: "Old" });
  house.append(old, "ben", "bye", { at: 1_000 });
  old.open = false;
  house.append(direct, "ben", "Take over at three?", { at: Date.now() + 1_000 });
  house.append(wound, "chantal", "Potassium 6.1", { urgent: true, at: Date.now() + 2_000 });
  const { user, router } = showPages(anna);
  await screen.findByText("Wound care");
  expect(lines().map((one) => one.textContent)).toEqual([
    expect.stringMatching(/Wound care.*Chantal Bakker: Potassium 6\.1.*1 unread.*Urgent/),
    expect.stringMatching(/Ben Carter.*Take over at three\?.*1 unread/),
    expect.stringMatching(/Old.*bye.*Closed/),
  ]);

  const [first, second] = lines();
  expect([first?.tabIndex, second?.tabIndex]).toEqual([0, -1]);
  act(() => first?.focus());
  await user.keyboard("{ArrowDown}");
  expect(document.activeElement).toBe(second);
  await user.keyboard("{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe(`/conversations/${direct.id}`));
  await screen.findByRole("heading", { name: "Ben Carter" });
  await waitFor(() => expect(second?.textContent).not.toContain("unread"));

  // Back to the list goes back to its line.
  (document.activeElement as HTMLElement).blur();
  await user.keyboard("{Escape}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/conversations"));
  await waitFor(() => expect(document.activeElement?.getAttribute("data-id")).toBe(direct.id));

  // By single keys from one to the next, with the heading in focus and not the field.
  await user.keyboard("k");
  await screen.findByRole("heading", { name: "Wound care" });
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("heading", { name: "Wound care" })));
});

it("keeps what is written without a connection, and says so", async () => {
  const room = house.begin("anna", ["ben"]);
  const { user } = showPages(anna, `/conversations/${room.id}`);
  await screen.findByRole("log");
  act(() => anna.setOnline(false));
  screen.getByText(/What you write is kept on this device/);
  await user.type(field(), "later{Enter}");
  await waitFor(() => expect(lines()[0]?.textContent).toContain("1 waits to be sent"));
  act(() => anna.setOnline(true));
  await waitFor(() => expect(lines()[0]?.textContent).not.toContain("waits"));
  expect(screen.queryByText(/What you write is kept/)).toBeNull();
});

it("finds conversations and messages, marks the words, and goes to the message", async () => {
  const wound = house.begin("anna", ["ben", "chantal"], { subject: "Wound care" });
  const roster = house.begin("anna", ["eva"], { subject: "Roster" });
  for (let n = 0; n < 60; n += 1) house.append(wound, "ben", n === 3 ? "the wound is dry" : `message ${n}`);
  house.append(roster, "anna", "nothing");
  const { user } = showPages(anna);
  await screen.findByText("Roster");
  await user.keyboard("/");
  expect(document.activeElement).toBe(screen.getByRole("searchbox"));
  await user.keyboard("wound");
  await waitFor(() => expect(lines().map((one) => one.textContent)).toEqual([expect.stringContaining("Wound care")]));
  const hits = await screen.findByRole("region", { name: "Messages" });
  const hit = await within(hits).findByRole("link");
  expect(hit.querySelector("mark")?.textContent).toBe("wound");
  await user.click(hit);
  // It stands before what is loaded at first.
  await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toMatch(/the wound is dry\. Actions$/));
  expect(anna.asked.filter((one) => one.name === "older")).toHaveLength(1);
});

it("says where nothing is found, and why searching fails", async () => {
  house.begin("anna", ["ben"], { subject: "Roster" });
  const { user } = showPages(anna);
  await user.type(await screen.findByRole("searchbox"), "xyz");
  await screen.findByText("Nothing found. Try fewer words, or part of a word.");
  anna.faults.set("search", "failed");
  await user.type(screen.getByRole("searchbox"), "z");
  await screen.findByText("Something went wrong. Try again.");
});

it("says that the device was removed, or the session is over", async () => {
  showPages(anna);
  await screen.findByText("No conversations yet");
  act(() => anna.end("device_removed"));
  await screen.findByRole("heading", { name: "This device was removed" });
  act(() => anna.end("signed_out"));
  await screen.findByRole("heading", { name: "Your session has ended" });
});
