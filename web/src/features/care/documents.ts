import type { IdentityDocument } from "@/api/types";

/** By what an identity is checked. */
export const IDENTITY_DOCUMENTS: readonly IdentityDocument[] = [
  "passport",
  "id_card",
  "driving_licence",
  "residence_permit",
  "known_patient",
];
