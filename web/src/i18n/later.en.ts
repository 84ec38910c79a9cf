/** What the screens say that are opened later: writing, review, audit, administration, settings. */
import admin from "./en/admin.json";
import audit from "./en/audit.json";
import care from "./en/care.json";
import compose from "./en/compose.json";
import conversations from "./en/conversations.json";
import delegation from "./en/delegation.json";
import findings from "./en/findings.json";
import lifecycle from "./en/lifecycle.json";
import provisioning from "./en/provisioning.json";
import policy from "./en/policy.json";
import portal from "./en/portal.json";
import report from "./en/report.json";
import review from "./en/review.json";
import rights from "./en/rights.json";
import security from "./en/security.json";
import settings from "./en/settings.json";
import terms from "./en/terms.json";

export default { ...admin, ...audit, ...care, ...compose, ...conversations, ...delegation, ...findings, ...lifecycle, ...policy, ...portal, ...report, ...review, ...rights, ...security, ...settings, ...terms, ...provisioning };
