import { expect, it } from "vitest";
import type { SecurityPolicy } from "@/api/types";
import { addressOf, contains, zoneOf } from "./network";

/** The same cases as in crates/model/src/network.rs. */
it.each([
  ["10.1.0.0/16", "10.1.2.3", true],
  ["10.1.0.0/16", "::ffff:10.1.2.3", true],
  ["10.1.0.0/16", "10.2.0.1", false],
  ["10.1.0.0/16", "fe80::1", false],
  ["::1", "::1", true],
  ["0.0.0.0/0", "8.8.8.8", true],
  ["0.0.0.0/0", "2001:db8::1", false],
  ["2001:db8::/32", "2001:db8:1::9", true],
  ["2001:db8::/32", "2001:db9::", false],
])("%s holds %s: %s", (network, address, held) => {
  const read = addressOf(address);
  expect(read && contains(network, read)).toBe(held);
});

it.each(["", "10.1.0", "10.1.0.256", "clinic.example", "1::2::3", "1:2:3:4:5:6:7:8:9", "::ffff:10.1.2"])("%s is no address", (text) => {
  expect(addressOf(text)).toBeUndefined();
});

/** The same cases as in crates/model/src/security.rs. */
it.each([
  ["10.1.2.3", "Tablets", "Tablets on the ward"],
  ["198.51.100.7", "Tablets", "Tablets"],
  ["10.1.2.3", null, "Practice"],
  ["10.1.2.3", "Laptops", "Practice"],
  ["198.51.100.7", "Laptops", undefined],
])("%s with a certificate of %s is in %s", (address, authority, name) => {
  const rules = { ways: [], idle_minutes: null, read_only: false, downloads: true };
  const zone = (id: string, networks: string[], of: string | null) => ({ id, name: id, networks, authority: of, rules });
  const zones = [
    zone("Tablets on the ward", ["10.1.2.0/24"], "Tablets"),
    zone("Tablets", [], "Tablets"),
    zone("Practice", ["10.0.0.0/8"], null),
    zone("Nobody", [], null),
  ];
  expect(zoneOf({ zones } as unknown as SecurityPolicy, address, authority)?.name).toBe(name);
});
