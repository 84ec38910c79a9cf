import { screen, within } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { Conversation } from "@/conversations/protocol";
import { show } from "../../../test/render";
import { Message } from "./Message";
import type { MessageItem } from "./state";

const conversation: Conversation = {
  id: "c",
  kind: "group",
  subject: null,
  patient: null,
  open: true,
  member: true,
  unread: 0,
  changed_at: 0,
  members: [
    { person: "anna", name: "Anna de Vries", function: "GP", role: "staff", present: true, keys_changed: false, has_device: true },
    { person: "ben", name: "Ben Carter", function: "", role: "staff", present: true, keys_changed: false, has_device: true },
  ],
  last: null,
  waiting: 0,
  typing: [],
};

const message: MessageItem = {
  kind: "message",
  id: "m",
  seq: 4,
  at: 0,
  person: "ben",
  mine: false,
  text: "hello",
  edited_at: null,
  deleted: false,
  urgent: false,
  reply_to: null,
  mentions: [],
  forwarded_from: null,
  files: [],
  reactions: [],
  pinned: false,
  state: "sent",
  why: null,
  delivered: [],
  read: [],
};

function shown(change: Partial<MessageItem>) {
  const acts = Object.fromEntries(["reply", "react", "copy", "forward", "pin", "edit", "remove", "retry", "reach", "show", "details"].map((name) => [name, vi.fn()]));
  show(
    <ol>
      <Message
        message={{ ...message, ...change }}
        conversation={conversation}
        me="anna"
        first
        last
        isLastOwn={false}
        isActive
        isFlashing={false}
        isDeleting={false}
        menuOpen={false}
        acts={acts as never}
        onActive={() => undefined}
        onMenu={() => undefined}
      />
    </ol>,
  );
  return acts;
}

it.each([
  ["forged", /not certain who wrote it/],
  ["no_key", /on its way/],
  ["no_device", /on its way/],
  ["newer", /newer version/],
  ["something else", /not certain who wrote it/],
])("says why a message isn't shown: %s", (why, words) => {
  shown({ state: "unreadable", why, text: "" });
  screen.getByText(words);
  expect(screen.queryByText("hello")).toBeNull();
});

it.each([
  ["closed", /The conversation is closed/],
  [null, /Something went wrong/],
  ["forged", /Something went wrong/],
])("says why a message was not sent (%s), and offers the ways on", (why, words) => {
  const acts = shown({ state: "failed", why, mine: true, person: "anna", seq: null });
  expect(within(screen.getByRole("listitem")).getByRole("alert").textContent).toMatch(words);
  screen.getByRole("button", { name: "Try again" }).click();
  screen.getByRole("button", { name: "Discard" }).click();
  expect(acts.retry).toHaveBeenCalledTimes(1);
  expect(acts.remove).toHaveBeenCalledTimes(1);
});

it.each([
  [{ id: "q", person: "anna", text: "Dose?" }, /In reply to\s*You\s*Dose\?/],
  [{ id: "q", person: "anna", text: "" }, /You\s*Message deleted/],
  [{ id: "q", person: "00000000-0000-0000-0000-000000000000", text: "" }, /an earlier message/],
])("quotes what it answers, also what isn't loaded", (quoted, words) => {
  const acts = shown({ reply_to: quoted });
  const quote = screen.getByRole("button", { name: words });
  quote.click();
  expect(acts.show).toHaveBeenCalledWith("q");
});

it("shows a reaction of another program as it is, and where a message came from", () => {
  shown({ reactions: [{ emoji: "🎉", persons: ["ben"] }], forwarded_from: { person: "x", name: "Chantal", at: 0 }, files: [{ id: "f", name: "letter.pdf", media_type: "application/pdf", size: 2_000 }] });
  screen.getByRole("button", { name: "🎉: Ben Carter", pressed: false });
  screen.getByText(/Forwarded from Chantal/);
  screen.getByText(/letter\.pdf/);
});
