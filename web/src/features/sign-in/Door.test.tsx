import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { Languages } from "@/i18n";
import words from "@/i18n/first.nl";
import { Door } from "./Door";

it("shows the language that was chosen as chosen, also while its words are on their way", () => {
  render(
    <Languages language="nl" chosen="en" catalogue={words} onSwitch={() => undefined}>
      <Door title="Aanmelden">…</Door>
    </Languages>,
  );
  expect(screen.getByRole<HTMLInputElement>("radio", { name: "English" }).checked).toBe(true);
  expect(screen.getByRole<HTMLInputElement>("radio", { name: "Nederlands" }).checked).toBe(false);
});
