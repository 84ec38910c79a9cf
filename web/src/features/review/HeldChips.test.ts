import { expect, it } from "vitest";
import type { Translate } from "@/i18n";
import { lasted } from "./HeldChips";

const t = ((key: string, values?: { count: number }) => `${values?.count} ${key.split(".")[1]}`) as Translate;
const after = (ms: number) => lasted(t, "2026-01-01T00:00:00Z", Date.parse("2026-01-01T00:00:00Z") + ms);

it("tells how long something waits in the largest whole unit", () => {
  const hour = 3_600_000;
  expect([after(-5), after(59 * 60_000), after(hour), after(47 * hour), after(73 * hour)]).toEqual([
    "0 minutes",
    "59 minutes",
    "1 hours",
    "47 hours",
    "3 days",
  ]);
});
