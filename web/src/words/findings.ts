/** What a finding is and why it was found, in words. */

import type { Finding, FindingKind } from "@/api/types";
import type { Translate } from "@/i18n";

export const KINDS = [
  "PERSON", "DOB", "DATE", "PHONE", "EMAIL", "ADDRESS", "MRN", "SSN", "BSN", "NHS", "NPI", "INSURANCE", "ACCOUNT", "CARD", "IP",
  "URL", "DEVICE", "PLATE", "DIAGNOSIS", "MEDICATION", "LAB", "UNREADABLE",
] as const satisfies readonly FindingKind[];
type Complete = [Exclude<FindingKind, (typeof KINDS)[number]>] extends [never] ? true : never;
true satisfies Complete;

/** How a finding is marked: by line and colour, and by which of the lists it stands in. */
export type Look = "person" | "number" | "health" | "unreadable";
export const LOOKS = ["person", "number", "health", "unreadable"] as const satisfies readonly Look[];

export function lookOf(kind: FindingKind): Look {
  switch (kind) {
    case "PERSON":
      return "person";
    case "DIAGNOSIS":
    case "MEDICATION":
    case "LAB":
      return "health";
    case "UNREADABLE":
      return "unreadable";
    default:
      return "number";
  }
}

/** The detector's reasons (crates/phi). */
const WHY = [
  "patient_and_health", "person_and_health", "person_then_health", "name_in_subject", "name_in_clinical_note", "name_and_care",
  "addressed_patient", "initials_and_health", "sender_about_self", "birth_date_and_health", "insurance_number_and_health",
  "number_and_health", "patient_contact_and_health", "person_in_context", "number_in_context", "looks_like_a_name", "named_before",
  "code_in_context", "nhs_form_and_checksum", "complaint", "after_name_label", "after_patient_word", "after_relative",
  "capital_after_preposition", "capitalised_words", "first_name", "last_name", "in_salutation", "in_signature",
  "initials_before_name", "listed_given_name", "listed_name", "lower_case_name", "name_with_carets", "surname_comma_given_name",
  "title_before", "column_heading", "account_word_before", "birth_word_before_date", "date_beside_name", "bsn_checksum",
  "bsn_checksum_beside_name", "bsn_word_without_checksum", "card_checksum", "device_form", "device_identifier",
  "device_word_before", "iban_checksum", "insurance_form", "insurance_word_before", "medicare_number_form", "ip_address",
  "mac_address", "mail_address", "nhs_checksum", "nhs_word_without_checksum", "npi_word_before", "plate_form",
  "plate_word_before", "record_form", "record_word_before", "record_word_of_any_trade", "number_beside_initials",
  "code_in_patient_row", "ssn_form", "ssn_word_before", "telephone_form", "web_address", "street_and_number", "own_pattern",
  "hl7_field", "condition", "medicine", "measurement", "diagnosis_code",
] as const;

/** Reasons by which a person or number was tied to health, so that the message is about an individual. */
const TIED: ReadonlySet<string> = new Set(WHY.slice(0, 15));
export const isTied = (finding: Finding): boolean => TIED.has(finding.reason);

/** Why something was found. A reason of a newer detector that has no words yet is passed over. */
export function whyFound(t: Translate, reason: string): string {
  const known = WHY.find((one) => one === reason) ?? (reason.startsWith("hl7_") ? "hl7_field" : undefined);
  return known ? t(`whyFound.${known}`) : t("whyFound.other");
}

const UNREAD = [
  "image", "image_only", "no_text_map", "encrypted", "archive_format", "legacy_office", "unknown_format", "damaged", "too_large",
  "too_long", "too_large_unpacked", "partly_unreadable",
] as const;

/** Why a part can't be read. */
export function whyUnread(t: Translate, reason: string): string {
  const known = UNREAD.find((one) => one === reason);
  return known ? t(`whyUnread.${known}`) : t("whyUnread.other");
}
