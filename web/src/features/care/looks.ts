import type { Look } from "@/api/types";

export interface LookLine {
  /** The newest of them. */
  look: Look;
  count: number;
}

/** The same by the same person on the same ground on one day is one line (NEN 7513 lets a client's view say so). */
export function merged(looks: readonly Look[], dayOf: (at: string) => string): LookLine[] {
  const lines = new Map<string, LookLine>();
  for (const look of looks) {
    // Each emergency stands for itself, with its reason.
    const key =
      look.kind === "access.break_glass"
        ? look.id
        : [dayOf(look.at), look.who, look.kind, look.ground ?? "", look.on_behalf_of ?? ""].join("\n");
    const line = lines.get(key);
    if (line) line.count += 1;
    else lines.set(key, { look, count: 1 });
  }
  return [...lines.values()];
}
