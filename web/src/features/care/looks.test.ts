import { describe, expect, it } from "vitest";
import type { Look } from "@/api/types";
import { merged } from "./looks";

const look = (id: string, at: string, more: Partial<Look> = {}): Look => ({
  id,
  at,
  kind: "message.read",
  who: "Anna",
  roles: [],
  ground: "assigned",
  ...more,
});
const dayOf = (at: string) => at.slice(0, 10);

describe("who looked", () => {
  it("is one line for the same on one day", () => {
    const lines = merged(
      [
        look("5", "2026-03-02T15:00:00Z"),
        look("4", "2026-03-02T14:00:00Z"),
        look("3", "2026-03-02T13:00:00Z", { ground: "break_glass" }),
        look("2", "2026-03-02T12:00:00Z", { who: "Ben" }),
        look("1", "2026-03-01T12:00:00Z"),
      ],
      dayOf,
    );
    expect(lines.map(({ look: one, count }) => [one.id, count])).toEqual([
      ["5", 2],
      ["3", 1],
      ["2", 1],
      ["1", 1],
    ]);
  });
  it("tells each emergency by itself", () => {
    const kind = "access.break_glass" as const;
    const lines = merged([look("2", "2026-03-02T12:01:00Z", { kind }), look("1", "2026-03-02T12:00:00Z", { kind })], dayOf);
    expect(lines).toHaveLength(2);
  });
});
