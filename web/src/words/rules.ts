/** The rows of the policy in words. */

import type { Rule } from "@/api/types";
import type { Translate } from "@/i18n";

export const RULES: readonly Rule[] = ["none", "unreadable", "identifier", "health", "health_many", "special"];

export const ruleText = (t: Translate, rule: Rule): string => (rule === "special" ? t("rule.special") : t(`sensitivity.${rule}`));
