import { useState } from "react";
import type { SpecialCategory } from "@/api/types";
import { useT, type Translate } from "@/i18n";
import { Chip } from "@/ui/pieces";

const MINUTE = 60_000;

/** How long ago, in the largest whole unit. */
export function lasted(t: Translate, since: string, now: number): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(since)) / MINUTE));
  if (minutes < 60) return t("review.minutes", { count: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? t("review.hours", { count: hours }) : t("review.days", { count: Math.floor(hours / 24) });
}

/** How long a message waits, and whether that is longer than the policy likes. */
export function Waits({ since, overdue = false }: { since: string; overdue?: boolean }) {
  const t = useT();
  const [now] = useState(() => Date.now());
  const time = lasted(t, since, now);
  return (
    <Chip tone={overdue ? "danger" : "plain"} icon="clock">
      {t(overdue ? "review.waitsLong" : "review.waits", { time })}
    </Chip>
  );
}

/** About how many people, and which special kinds. */
export function FoundChips({ individuals, special }: { individuals: number; special: readonly SpecialCategory[] }) {
  const t = useT();
  return (
    <>
      {individuals > 0 ? <Chip>{t("review.people", { count: individuals })}</Chip> : null}
      {special.map((one) => (
        <Chip key={one} tone="warn">
          {t(`special.${one}`)}
        </Chip>
      ))}
    </>
  );
}
