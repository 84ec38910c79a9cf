import { expect, it } from "vitest";
import { parseParties, parseParty, parsePhone } from "./editor";

it("reads addresses with and without a name", () => {
  expect(parseParty(" a.jansen@clinic.example ")).toEqual({ name: "", address: "a.jansen@clinic.example" });
  expect(parseParty('"Jansen, A." <a@clinic.example>')).toEqual({ name: "Jansen, A.", address: "a@clinic.example" });
});

it("writes domains of other letters as mail travels", () => {
  expect(parseParty("Jörg <info@bücher.example>")).toEqual({ name: "Jörg", address: "info@xn--bcher-kva.example" });
  expect(parseParty("info@bü cher.example")).toBeNull();
});

it.each(["", "anna", "a@b", "a@@b.example", "a b@c.example", ".a@b.example", "a..b@c.example", "a@-b.example", `${"x".repeat(65)}@b.example`])(
  "takes %j for no address",
  (text) => {
    expect(parseParty(text)).toBeNull();
  },
);

it("splits what was pasted and gives back what it can't read", () => {
  expect(parseParties("a@b.example; Bo <c@d.example>,\nwho")).toEqual({
    parties: [
      { name: "", address: "a@b.example" },
      { name: "Bo", address: "c@d.example" },
    ],
    rest: "who",
  });
});

it("writes telephone numbers in E.164", () => {
  expect(parsePhone("+31 6 1234-5678")).toBe("+31612345678");
  expect(parsePhone("0031612345678")).toBe("+31612345678");
  expect(parsePhone("06 1234 5678")).toBe("+31612345678");
  expect(parsePhone("020 1234567")).toBeNull();
  expect(parsePhone("+31 6 12")).toBeNull();
  expect(parsePhone("+316123456789012345")).toBeNull();
});
