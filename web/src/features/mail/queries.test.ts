import { expect, it } from "vitest";
import type { MessageLine, RecipientView } from "@/api/types";
import { changeLines } from "./queries";
import { canRecall } from "./WhatBecame";

const line = (id: string): MessageLine => ({
  id,
  thread_id: "t",
  mailbox_id: "m",
  folder: "inbox",
  from: { name: "", address: "a@b.example" },
  to: [],
  subject: id,
  preview: "",
  at: "2026-01-01T00:00:00Z",
  seen: false,
  flagged: false,
  attachments: 0,
  origin: "internet",
});
const data = { pages: [{ items: [line("a"), line("b")], next_cursor: null }], pageParams: [null] };

it("shows a mark at once and takes a moved message out of the list", () => {
  expect(changeLines(data, "a", { flagged: true })?.pages[0]?.items[0]?.flagged).toBe(true);
  expect(changeLines(data, "a", { folder: "archive" })?.pages[0]?.items.map((one) => one.id)).toEqual(["b"]);
  expect(changeLines(data, "a", { folder: "inbox" })?.pages[0]?.items).toHaveLength(2);
});

it("offers recall only where the content still lies with us", () => {
  const view = (route: RecipientView["route"], state: RecipientView["state"]) => canRecall({ route, state } as RecipientView);
  expect(view("pickup", "opened")).toBe(true);
  expect(view("inside", "delivered")).toBe(true);
  expect(view("verified_tls", "queued")).toBe(true);
  expect(view("verified_tls", "delivered")).toBe(false);
  expect(view("pickup", "recalled")).toBe(false);
  expect(view("pickup", "expired")).toBe(false);
});
