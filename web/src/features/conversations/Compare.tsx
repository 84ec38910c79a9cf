import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { useVoice } from "@/ui/toasts";
import { Fault } from "./pieces";
import { useConversationsClient } from "./state";
import styles from "./conversations.module.css";

/** The numbers that both devices show: the same only when nobody stands between them. */
export function Compare({ numbers, other }: { numbers: string; other: string }) {
  const t = useT();
  const client = useConversationsClient();
  const { announce } = useVoice();
  const decide = useMutation({ mutationFn: (same: boolean) => client.command("link_decide", { same }) });
  useEffect(() => announce(t("conversation.compareSaid", { numbers: [...numbers].join(" ") })), [announce, numbers, t]);
  return (
    <div className={styles.compare}>
      <p>{t("conversation.compareText", { other })}</p>
      <p className={styles.numbers} data-testid="numbers">
        {numbers}
      </p>
      <Fault error={decide.error} />
      {decide.isSuccess ? (
        <p role="status">{t("conversation.compareWait", { other })}</p>
      ) : (
        <div className="row">
          <Button kind="primary" icon="check" label={t("conversation.compareSame")} busy={decide.isPending && decide.variables} onPress={() => decide.mutate(true)} />
          <Button icon="close" label={t("conversation.compareDifferent")} busy={decide.isPending && !decide.variables} onPress={() => decide.mutate(false)} />
        </div>
      )}
    </div>
  );
}
