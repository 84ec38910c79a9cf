import type account from "./en/account.json";
import type admin from "./en/admin.json";
import type audit from "./en/audit.json";
import type base from "./en/base.json";
import type care from "./en/care.json";
import type common from "./en/common.json";
import type compose from "./en/compose.json";
import type conversations from "./en/conversations.json";
import type delegation from "./en/delegation.json";
import type findings from "./en/findings.json";
import type lifecycle from "./en/lifecycle.json";
import type mail from "./en/mail.json";
import type pickup from "./en/pickup.json";
import type provisioning from "./en/provisioning.json";
import type policy from "./en/policy.json";
import type portal from "./en/portal.json";
import type report from "./en/report.json";
import type review from "./en/review.json";
import type rights from "./en/rights.json";
import type security from "./en/security.json";
import type settings from "./en/settings.json";
import type terms from "./en/terms.json";
import type words from "./en/words.json";

/** Every message that exists. A key that is missing, or misspelt, does not compile. */
export type MessageKey =
  | keyof typeof account
  | keyof typeof admin
  | keyof typeof audit
  | keyof typeof base
  | keyof typeof care
  | keyof typeof common
  | keyof typeof compose
  | keyof typeof conversations
  | keyof typeof delegation
  | keyof typeof findings
  | keyof typeof lifecycle
  | keyof typeof mail
  | keyof typeof pickup
  | keyof typeof provisioning
  | keyof typeof policy
  | keyof typeof portal
  | keyof typeof report
  | keyof typeof review
  | keyof typeof rights
  | keyof typeof security
  | keyof typeof settings
  | keyof typeof terms
  | keyof typeof words;
