import { useMutation, useQuery } from "@tanstack/react-query";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Banner, Skeleton } from "@/ui/pieces";
import { QrCode } from "@/ui/QrCode";
import { useVoice } from "@/ui/toasts";
import { Fault } from "./pieces";
import { useConversationsClient } from "./state";
import styles from "./conversations.module.css";

/** The number that two people compare to know that nobody stands between them. */
export function Safety({ person, name }: { person: string; name: string }) {
  const t = useT();
  const client = useConversationsClient();
  const { tell } = useVoice();
  const number = useQuery({
    queryKey: ["conversations", "safety", person],
    queryFn: () => client.command("safety_number", { person }),
    retry: false,
    staleTime: 0,
    gcTime: 0,
  });
  const accept = useMutation({
    mutationFn: () => client.command("accept_keys", { person }),
    onSuccess: () => {
      tell(t("conversation.keysAccepted"));
      void number.refetch();
    },
  });
  return (
    <>
      <p>{t("conversation.safetyText", { name })}</p>
      <Fault error={number.error} />
      {number.isPending ? <Skeleton rows={2} /> : null}
      {number.data ? (
        <>
          {number.data.changed ? (
            <Banner
              tone="warn"
              live
              actions={<Button small label={t("conversation.keysAccept")} busy={accept.isPending} onPress={() => accept.mutate()} />}
            >
              {t("conversation.keysChangedText", { name })}
            </Banner>
          ) : null}
          <Fault error={accept.error} />
          <div className={styles.safety}>
            <QrCode text={number.data.code} label={t("conversation.safetyQr")} />
            <ol className={styles.digits} aria-label={t("conversation.safety")}>
              {groupsOf(number.data.digits).map((group, index) => (
                <li key={index}>{group}</li>
              ))}
            </ol>
          </div>
          <p className="small soft">{t("conversation.safetyDevices", { count: number.data.devices })}</p>
        </>
      ) : null}
    </>
  );
}

/** Sixty digits in groups of five, however they were parted. */
export const groupsOf = (digits: string): string[] => digits.replace(/\D/g, "").match(/\d{1,5}/g) ?? [];
