import { isProblem } from "@/api/client";
import type { Policy } from "@/api/types";
import { useT, type Translate } from "@/i18n";
import { Banner, Failure } from "@/ui/pieces";

interface Fault {
  field: string;
  code: string;
  message: string;
}

/** What a field of the vocabulary is called: its own text, where it has one. */
function nameOf(policy: Policy, field: string): string {
  const [, list, place] = /^policy\.vocabulary\.(\w+)\.(\d+)/.exec(field) ?? [];
  const at = Number(place);
  const { conditions, medicines, numbers, exceptions } = policy.vocabulary;
  if (list === "numbers") return numbers[at]?.name ?? "";
  if (list === "exceptions") return exceptions[at]?.text ?? "";
  return (list === "conditions" ? conditions[at] : medicines[at]) ?? "";
}

function faultText(t: Translate, policy: Policy, { field, code, message }: Fault): string {
  const what = nameOf(policy, field);
  switch (code) {
    case "pattern":
      return t("policy.fault.patternIn", { what, detail: message });
    case "too_short":
      return t("policy.fault.short", { what });
    case "too_long":
      return t("policy.fault.long", { what });
    case "too_many":
      return t("policy.fault.many", { detail: message });
    case "character":
    case "no_word":
      return t("policy.fault.character", { what });
    default:
      return t("policy.fault.other", { what: what || field, detail: message });
  }
}

/** Why a policy can't be used: each field in words. */
export function Faults({ error, policy }: { error: unknown; policy: Policy }) {
  const t = useT();
  if (!isProblem(error, "validation")) return <Failure error={error} />;
  const faults = error.errors;
  if (faults.length === 0) return <Failure error={error} />;
  return (
    <Banner tone="danger" live>
      <p>{t("policy.faults")}</p>
      <ul>
        {faults.slice(0, 10).map((one) => (
          <li key={one.field}>{faultText(t, policy, one)}</li>
        ))}
      </ul>
    </Banner>
  );
}
