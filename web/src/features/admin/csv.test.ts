import { expect, it } from "vitest";
import { csvOf, textOf } from "./csv";

it("formulas stay text and quotes are doubled", () => {
  expect(csvOf([["=1+1", 'Anna "A"'], ["-x", "a,b"]])).toBe("\uFEFF'=1+1,\"Anna \"\"A\"\"\"\r\n'-x,\"a,b\"\r\n");
});

it("what is no UTF-8 is told apart", () => {
  expect(textOf(new TextEncoder().encode("naam;Zoë").buffer as ArrayBuffer)).toBe("naam;Zoë");
  expect(textOf(new Uint8Array([0x5a, 0x6f, 0xeb]).buffer)).toBeUndefined();
});
