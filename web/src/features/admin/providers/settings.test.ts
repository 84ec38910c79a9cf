import { describe, expect, it } from "vitest";
import { Problem } from "@/api/client";
import type { ProviderSettings } from "@/api/types";
import { fieldOf, offered, tidy } from "./settings";

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

  it("offer only roles that other systems may give, and name those that were chosen before", () => {
    const roles = [
      { id: "n", name: "Nurse", given: true },
      { id: "d", name: "Desk", given: false },
    ];
    const t = (key: string, values?: Record<string, unknown>) => `${key} ${String(values?.name ?? "")}`.trim();
    expect(offered(roles, [], t).map((one) => one.id)).toEqual(["n"]);
    expect(offered(roles, ["d", "x"], t).map((one) => one.name)).toEqual(["Nurse", "providers.roleTaken Desk", "providers.roleTaken providers.roleUnknown"]);
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
