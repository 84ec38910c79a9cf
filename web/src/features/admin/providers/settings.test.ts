import { describe, expect, it } from "vitest";
import { Problem } from "@/api/client";
import type { Permission, ProviderSettings } from "@/api/types";
import { fieldOf, givable, tidy } from "./settings";

const settings: ProviderSettings = {
  name: " Hospital ",
  issuer: " https://id.example ",
  client_id: "wardpost",
  scopes: ["profile", "", "email", "email"],
  active: true,
  second_factor: { always: false, amr: ["mfa", ""], acr: [""] },
  create: { domains: ["", "clinic.example"], role_ids: [], mailbox: true },
  role_rules: [],
  keep_roles_in_step: false,
};

describe("a provider's settings", () => {
  it("are sent without the gaps that typing leaves", () => {
    const sent = tidy(settings);
    expect([sent.name, sent.issuer, sent.scopes]).toEqual(["Hospital", "https://id.example", ["email", "profile"]]);
    expect([sent.second_factor.amr, sent.second_factor.acr, sent.create?.domains]).toEqual([["mfa"], [], ["clinic.example"]]);
    expect(tidy({ ...settings, create: null }).create).toBeNull();
  });

  it("offer only roles that may be given without a person's act", () => {
    const role = (...permissions: Permission[]) => ({ permissions });
    const plain = role("mail.read", "patient.read");
    const names = (["mail.read", "patient.read", "person.manage", "audit.read"] as const).map((name) => ({ name, sensitive: name === "person.manage" || name === "audit.read" }));
    expect(givable([plain, role("mail.read", "person.manage"), role("audit.read")], names)).toEqual([plain]);
  });

  it("say what the server has against a field", () => {
    const error = new Problem(422, {
      type: "urn:wardpost:problem:validation",
      errors: [
        { field: "settings.issuer", code: "taken", message: "" },
        { field: "settings.name", code: "new_code", message: "" },
      ],
    });
    expect([fieldOf(error, "settings.issuer"), fieldOf(error, "settings.name"), fieldOf(error, "client_secret")]).toEqual(["taken", "required", undefined]);
    expect(fieldOf(new Error("x"), "settings.issuer")).toBeUndefined();
  });
});
