import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(`${process.cwd()}/src/styles/tokens.css`, "utf8");

function tokens(block: string): Map<string, string> {
  return new Map([...block.matchAll(/--([a-z-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, value]) => [name ?? "", value ?? ""]));
}
const light = tokens(/:root \{([\s\S]*?)\n\}/.exec(css)?.[1] ?? "");
const darkBySystem = tokens(/:root:not\(\[data-theme="light"\]\) \{([\s\S]*?)\n {2}\}/.exec(css)?.[1] ?? "");
const darkByChoice = tokens(/:root\[data-theme="dark"\] \{([\s\S]*?)\n\}/.exec(css)?.[1] ?? "");

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p) as [number, number];
  return (x + 0.05) / (y + 0.05);
}

/** Text on its grounds: 4.5 to 1 (WCAG 1.4.3). */
const TEXT: [string, string[]][] = [
  ["ink", ["paper", "surface", "sunken", "accent-soft"]],
  ["ink-soft", ["paper", "surface", "sunken"]],
  ["accent", ["paper", "surface"]],
  ["accent-ink", ["accent-soft", "surface"]],
  ["on-accent", ["accent", "accent-hover"]],
  ["info", ["info-soft", "surface", "paper"]],
  ["warn", ["warn-soft", "surface", "paper"]],
  ["danger", ["danger-soft", "surface", "paper"]],
  ["on-danger", ["danger", "danger-hover"]],
  ["mark-ink", ["mark"]],
  ["rail-ink", ["rail", "rail-on", "rail-hover"]],
  ["rail-soft", ["rail", "rail-hover"]],
  ["rail-on-accent", ["rail-accent"]],
];
/** Borders of fields, focus rings, icons: 3 to 1 (WCAG 1.4.11). */
const SHAPES: [string, string[]][] = [
  ["line-strong", ["surface", "paper"]],
  ["focus", ["surface", "paper", "sunken"]],
  ["rail-focus", ["rail", "rail-on"]],
  ["rail-accent", ["rail", "rail-on"]],
];

describe.each([
  ["light", light],
  ["dark by the system", darkBySystem],
  ["dark by choice", darkByChoice],
])("%s theme", (_, theme) => {
  const colour = (name: string) => {
    const found = theme.get(name) ?? light.get(name);
    if (!found) throw new Error(`no token ${name}`);
    return found;
  };
  it.each(TEXT.flatMap(([text, grounds]) => grounds.map((ground) => [text, ground] as const)))("%s reads on %s", (text, ground) => {
    expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(4.5);
  });
  it.each(SHAPES.flatMap(([shape, grounds]) => grounds.map((ground) => [shape, ground] as const)))("%s shows on %s", (shape, ground) => {
    expect(contrast(colour(shape), colour(ground))).toBeGreaterThanOrEqual(3);
  });
});

it("has the same dark theme by the system and by choice", () => {
  expect([...darkByChoice]).toEqual([...darkBySystem]);
  expect(darkByChoice.size).toBeGreaterThan(25);
});
