import type { SessionAnswer } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Banner } from "@/ui/pieces";

type Anonymous = Extract<SessionAnswer, { state: "anonymous" }>;
type Way = Anonymous["ways"][number];

export const isOpen = (doors: Anonymous | undefined, ...ways: readonly Way[]) =>
  doors === undefined || ways.some((way) => doors.ways.includes(way));

/** Says, before anything is typed, what does not work from this network, why, and what to do instead. */
export function Where({ doors, onRetry }: { doors: Anonymous; onRetry: () => void }) {
  const t = useT();
  const zone = doors.zone ?? t("signIn.elsewhere");
  const password = isOpen(doors, "password");
  const key = isOpen(doors, "security_key", "passkey");
  if (password && key && !doors.waiting) return null;
  const nothing = !password && !key && !isOpen(doors, "provider");
  return (
    <Banner tone="warn" live actions={<Button small icon="refresh" label={t("do.retry")} onPress={onRetry} />}>
      {doors.waiting ? <p>{t("signIn.waiting", { zone })}</p> : null}
      <p>
        {nothing
          ? t("signIn.nothingHere", { zone })
          : password
            ? t("signIn.noPasskeyHere", { zone })
            : t(isOpen(doors, "passkey") ? "signIn.passkeyHere" : "signIn.securityKeyHere", { zone })}
      </p>
      {doors.certificate_gap ? <p>{t(`certificate.${doors.certificate_gap}`)}</p> : null}
    </Banner>
  );
}
