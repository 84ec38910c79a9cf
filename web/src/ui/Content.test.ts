import { expect, it } from "vitest";
import { roomFor } from "./Content";

const paragraph = "Bij lichamelijk onderzoek zagen wij een niet acuut zieke man. ".repeat(5);

it("gives a long letter room for all its lines, and more on a narrow screen", () => {
  const letter = `${paragraph}\n\n`.repeat(20);
  const [wide, narrow] = [roomFor(letter, 640), roomFor(letter, 360)];
  expect(wide).toBeGreaterThan(roomFor(paragraph, 640) * 4);
  expect(narrow).toBeGreaterThan(wide);
});

it("keeps to what a screen can bear", () => {
  expect(roomFor("", 640)).toBeLessThan(400);
  expect(roomFor("x\n".repeat(100_000), 360)).toBe(12_000);
});
