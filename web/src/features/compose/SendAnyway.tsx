import { useState } from "react";
import type { Plan } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextArea } from "@/ui/Field";
import { Failure } from "@/ui/pieces";

const LEAST = 5;

/** Where policy lets its sender: send it anyway, for a reason, after seeing what becomes of it. */
export function SendAnyway(props: { plan: Plan; settled: boolean; busy: boolean; error: unknown; onSend: (reason: string) => void }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const { plan } = props;
  if (plan.action === "block" || !plan.recipients.some((one) => one.anyway)) return null;
  return (
    <>
      <Button kind="quiet" icon="unlock" label={t("anyway.open")} isDisabled={!props.settled || !canGo(plan)} onPress={() => setOpen(true)} />
      {open ? <Ask {...props} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

/** Whether it can go once its sender overrides: what is left in the way is not policy's. */
export const canGo = (plan: Plan): boolean =>
  plan.recipients.every((one) => !one.must_confirm && (one.anyway ?? one).route !== "none");

function Ask(props: { plan: Plan; busy: boolean; error: unknown; onSend: (reason: string) => void; onClose: () => void }) {
  const t = useT();
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const [tried, setTried] = useState(false);
  const go = () => {
    if ([...reason.trim()].length < LEAST) setMissing(true);
    else {
      setTried(true);
      props.onSend(reason.trim());
    }
  };
  return (
    <Dialog
      title={t("anyway.title")}
      isOpen
      onClose={props.onClose}
      actions={
        <>
          <Button label={t("do.cancel")} onPress={props.onClose} />
          <Button kind="danger" label={t("anyway.send")} busy={props.busy} onPress={go} />
        </>
      }
    >
      <p>{t("anyway.text")}</p>
      <ul>
        {props.plan.recipients.map(({ address, anyway }) => (
          <li key={address}>
            {anyway ? t("anyway.route", { address, route: t(`route.${anyway.route}`) }) : t("anyway.stays", { address })}
          </li>
        ))}
      </ul>
      <TextArea
        label={t("anyway.reason")}
        help={t("anyway.reasonHelp")}
        maxLength={500}
        value={reason}
        onChange={(text) => {
          setReason(text);
          setMissing(false);
        }}
        error={missing ? t("anyway.reasonNeeded") : undefined}
      />
      {tried && props.error ? <Failure error={props.error} /> : null}
    </Dialog>
  );
}
