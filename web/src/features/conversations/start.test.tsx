import { act, screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";
import { SessionContext } from "@/app/session";
import { clinic, session, showPages } from "../../../test/conversationPages";
import type { MemoryClient } from "../../../test/conversations";
import { show } from "../../../test/render";
import { ConversationsRoot, useStart, useUnread } from "./start";

const worker = vi.hoisted(() => ({ begin: undefined as unknown as (person: string) => unknown }));
vi.mock("@/conversations/client", async (real) => ({ ...(await real()), conversations: (person: string) => worker.begin(person) }));

function Nav() {
  const { begin, failed } = useStart();
  return (
    <>
      <p>{`unread ${useUnread()}`}</p>
      {failed ? <p>failed</p> : null}
      <button type="button" onClick={begin}>
        open
      </button>
    </>
  );
}
const root = (acting: { patient_id: string; name: string } | null = null) =>
  show(
    <SessionContext.Provider value={{ ...session("anna", []), acting_for: acting as never }}>
      <ConversationsRoot>
        <Nav />
      </ConversationsRoot>
    </SessionContext.Provider>,
  );

let anna: MemoryClient;
let begun: string[];
beforeEach(() => {
  localStorage.clear();
  const house = clinic();
  anna = house.client("anna");
  const room = house.begin("ben", ["anna"]);
  house.append(room, "ben", "one");
  house.append(room, "ben", "two");
  begun = [];
  worker.begin = (person) => {
    begun.push(person);
    return anna;
  };
});

it("loads nothing for who never used conversations here, and counts once they are opened", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const first = root();
  await act(() => vi.advanceTimersByTimeAsync(10_000));
  expect(begun).toEqual([]);
  act(() => screen.getByRole("button", { name: "open" }).click());
  await screen.findByText("unread 2");
  expect(begun).toEqual(["anna"]);
  first.unmount();

  // The next time they begin by themselves: the menu has its count on every page.
  root();
  await act(() => vi.advanceTimersByTimeAsync(10_000));
  await screen.findByText("unread 2");
  expect(begun).toEqual(["anna", "anna"]);
  // An id is kept, and nothing else.
  expect(Object.entries(localStorage)).toEqual([["wardpost.conversations", "anna"]]);
});

it("forgets a device that was removed", async () => {
  root();
  act(() => screen.getByRole("button", { name: "open" }).click());
  await screen.findByText("unread 2");
  act(() => anna.end("device_removed"));
  expect(localStorage.getItem("wardpost.conversations")).toBe("");
});

it("says that the worker did not start, and starts it anew", async () => {
  const works = worker.begin;
  worker.begin = () => {
    throw new Error("no");
  };
  root();
  act(() => screen.getByRole("button", { name: "open" }).click());
  await screen.findByText("failed");
  worker.begin = works;
  act(() => screen.getByRole("button", { name: "open" }).click());
  await screen.findByText("unread 2");
});

it("is not there while one acts for a patient", async () => {
  root({ patient_id: "p", name: "Fatima" });
  act(() => screen.getByRole("button", { name: "open" }).click());
  await act(() => Promise.resolve());
  expect(begun).toEqual([]);
});

it("says aloud on other pages who wrote, and shows what can't wait", async () => {
  const { house } = anna;
  const [room] = house.rooms.values();
  showPages(anna, "/settings/conversations");
  await screen.findByRole("heading", { name: "Devices and keys" });
  if (!room) throw new Error("no room");
  act(() => void house.append(room, "ben", "three"));
  await waitFor(() => expect(screen.getAllByRole("status").map((one) => one.textContent)).toContain("New message in a conversation, from Ben Carter"));
  act(() => void house.append(room, "ben", "four", { urgent: true }));
  expect((await screen.findAllByText("Urgent message from Ben Carter, in Conversations")).length).toBeGreaterThan(0);
  act(() => void house.append(room, "anna", "my own"));
  expect(screen.queryByText(/four|my own/)).toBeNull();
});
