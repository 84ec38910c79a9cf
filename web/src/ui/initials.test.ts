import { expect, it } from "vitest";
import { initials } from "./initials";

it.each([
  ["Anna de Vries", "AV"],
  ["dr. P. van Dam", "PD"],
  ["Mw. dr. L. Peeters", "LP"],
  ["Zorgmagazine", "Z"],
  ["n.berg@postbus.example", "N"],
  ["", ""],
])("takes the initials of %s", (name, wanted) => expect(initials(name)).toBe(wanted));
