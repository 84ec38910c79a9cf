import { expect, it } from "vitest";
import { addressOf, contains } from "./network";

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
