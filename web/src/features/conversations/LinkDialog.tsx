import { useConversationsClient, useLink } from "./state";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Banner } from "@/ui/pieces";
import { Compare } from "./Compare";

/** On a device that has the keys: another one asks for them. Only its owner can know whether that is right. */
export function LinkDialog() {
  const t = useT();
  const client = useConversationsClient();
  const { link, forget } = useLink();
  const refuse = () => {
    client.command("link_decide", { same: false }).catch(() => undefined);
    forget();
  };
  if (!link || link.state === "waiting") return null;
  const over = link.state === "done" || link.state === "failed";
  return (
    <Dialog
      title={t(over ? "conversation.linkOver" : "conversation.linkAsked")}
      isOpen
      insist
      onClose={() => undefined}
      actions={
        over ? (
          <Button kind="primary" label={t("do.close")} onPress={forget} />
        ) : link.state === "asked" ? (
          <Button label={t("conversation.linkNotMe")} onPress={refuse} />
        ) : undefined
      }
    >
      {link.state === "asked" ? (
        <>
          <p>{t("conversation.linkAskedText", { name: link.name })}</p>
          <p role="status">{t("conversation.linkAskedWait")}</p>
        </>
      ) : null}
      {link.state === "compare" ? (
        <>
          <Banner tone="warn">{t("conversation.linkGives")}</Banner>
          <Compare numbers={link.numbers} other={t("conversation.linkNewDevice")} />
        </>
      ) : null}
      {link.state === "done" ? <p>{t("conversation.linkGiven")}</p> : null}
      {link.state === "failed" ? (
        <Banner tone="danger" live>
          {t(`conversation.linkFailed.${link.why}`)}
        </Banner>
      ) : null}
    </Dialog>
  );
}
