/** What the screens say that are opened later: writing, review, audit, administration, settings. */
import admin from "./nl/admin.json";
import audit from "./nl/audit.json";
import care from "./nl/care.json";
import compose from "./nl/compose.json";
import conversations from "./nl/conversations.json";
import delegation from "./nl/delegation.json";
import findings from "./nl/findings.json";
import lifecycle from "./nl/lifecycle.json";
import provisioning from "./nl/provisioning.json";
import policy from "./nl/policy.json";
import portal from "./nl/portal.json";
import report from "./nl/report.json";
import review from "./nl/review.json";
import rights from "./nl/rights.json";
import security from "./nl/security.json";
import settings from "./nl/settings.json";
import terms from "./nl/terms.json";

export default { ...admin, ...audit, ...care, ...compose, ...conversations, ...delegation, ...findings, ...lifecycle, ...policy, ...portal, ...report, ...review, ...rights, ...security, ...settings, ...terms, ...provisioning };
