import { expect, it } from "vitest";
import type { Translate } from "@/i18n";
import words from "@/i18n/en/words.json";
import { whyText } from "./Reasons";

const t = ((key: keyof typeof words) => words[key]) as Translate;

it("puts codes into words", () => {
  expect(whyText(t, "code_by_sms no_verified_tls")).toBe("Code by text message, no verified connection");
});

it("leaves what somebody wrote as it is", () => {
  expect(whyText(t, "Agreed with the clinic.")).toBe("Agreed with the clinic.");
  expect(whyText(t, "in_house and more")).toBe("in_house and more");
});
