import { useState } from "react";
import type { RecipientKind, RecipientPlan } from "@/api/types";
import { useT } from "@/i18n";
import { nameOf } from "@/features/mail/MessageRow";
import { Button } from "@/ui/Button";
import { Segments, TextField } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { Breakable } from "@/ui/pieces";
import { RouteMark } from "@/ui/RouteMark";
import { Reasons } from "@/words/Reasons";
import { parsePhone, SECRET_MIN, type LocalRecipient } from "./editor";
import styles from "./compose.module.css";

const KINDS: readonly RecipientKind[] = ["to", "cc", "bcc"];

interface Props {
  recipient: LocalRecipient;
  plan: RecipientPlan | undefined;
  planning: boolean;
  onChange: (change: Partial<LocalRecipient>) => void;
  onRemove: () => void;
}

/** One recipient: who, by which route and why, and what is still needed from the sender. */
export function RecipientRow({ recipient, plan, planning, onChange, onRemove }: Props) {
  const t = useT();
  const name = nameOf(recipient.party);
  const [changing, setChanging] = useState(false);
  const needsFactor = plan?.reasons.some((reason) => reason.code === "needs_second_factor") ?? false;
  const lookAlike = plan?.reasons.find((reason) => reason.code === "look_alike");
  const mustConfirm = (plan?.must_confirm ?? false) && !recipient.confirmed;
  // What the row asks for in its own words is not said twice.
  const told = plan?.reasons.filter(
    ({ code }) => !(code === "needs_second_factor") && !(mustConfirm && (code === "first_contact" || code === "look_alike")),
  );
  return (
    <li className={styles.recipient} data-attention={needsFactor || mustConfirm}>
      <div className={styles.recipientHead}>
        <div className={styles.recipientName}>
          <strong>
            <Breakable text={name} />
          </strong>
          {recipient.party.name ? (
            <span className="small soft">
              <Breakable text={recipient.party.address} />
            </span>
          ) : null}
        </div>
        <select
          className={styles.kind}
          aria-label={t("compose.kind", { name })}
          value={recipient.kind}
          onChange={(event) => onChange({ kind: event.target.value as RecipientKind })}
        >
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`kindOf.${kind}`)}
            </option>
          ))}
        </select>
        <Button kind="quiet" small bare icon="close" label={t("compose.remove", { name })} onPress={onRemove} />
      </div>
      {plan ? (
        <div className={styles.recipientPlan} aria-busy={planning}>
          <RouteMark route={plan.route} />
          <Reasons reasons={told ?? []} />
          {plan.route === "pickup" && !needsFactor && !changing ? (
            <Button kind="quiet" small icon="key" label={t("compose.factorChange")} onPress={() => setChanging(true)} />
          ) : null}
        </div>
      ) : (
        <p className="small soft">{t("compose.planning")}</p>
      )}
      {mustConfirm ? (
        <div className={styles.ask} data-tone={lookAlike ? "danger" : "warn"}>
          <p>
            <Icon name={lookAlike ? "stop" : "warn"} size={18} />
            <span>
              {lookAlike && "domain" in lookAlike
                ? t("compose.confirmLookAlike", { domain: lookAlike.domain })
                : t("compose.confirmAsk")}
            </span>
          </p>
          <Button
            small
            icon="check"
            label={t("compose.confirm")}
            aria-label={`${t("compose.confirm")}: ${recipient.party.address}`}
            onPress={() => onChange({ confirmed: true })}
          />
        </div>
      ) : null}
      {needsFactor || changing ? (
        <Factor
          recipient={recipient}
          onUse={(change) => {
            setChanging(false);
            onChange(change);
          }}
          onCancel={needsFactor ? undefined : () => setChanging(false)}
        />
      ) : null}
    </li>
  );
}

/** The second factor for pick-up: a mobile number, or a secret that both know. */
function Factor(props: {
  recipient: LocalRecipient;
  onUse: (change: Partial<LocalRecipient>) => void;
  onCancel: (() => void) | undefined;
}) {
  const t = useT();
  const [kind, setKind] = useState<"sms" | "secret">("sms");
  const [phone, setPhone] = useState(props.recipient.phone);
  const [secret, setSecret] = useState("");
  const [fault, setFault] = useState<string>();
  const use = () => {
    if (kind === "sms") {
      const number = parsePhone(phone);
      if (number) props.onUse({ phone: number });
      else setFault(t("compose.phoneBad"));
    } else if (Array.from(secret.trim()).length < SECRET_MIN) setFault(t("compose.secretShort"));
    else props.onUse({ secret: secret.trim(), phone: "" });
  };
  return (
    <form
      className={styles.factor}
      onSubmit={(event) => {
        event.preventDefault();
        use();
      }}
    >
      <Segments
        label={t("compose.factorAsk")}
        showLabel
        value={kind}
        onChange={(chosen) => {
          setKind(chosen);
          setFault(undefined);
        }}
        options={[
          { value: "sms", label: t("compose.factorSms") },
          { value: "secret", label: t("compose.factorSecret") },
        ]}
      />
      {kind === "sms" ? (
        <TextField
          key="sms"
          label={t("compose.phone")}
          help={t("compose.phoneHelp")}
          error={fault}
          type="tel"
          autoComplete="off"
          value={phone}
          onChange={setPhone}
        />
      ) : (
        <TextField
          key="secret"
          label={t("compose.secret")}
          help={t("compose.secretHelp")}
          error={fault}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={secret}
          onChange={setSecret}
        />
      )}
      <div className="row">
        <Button type="submit" kind="primary" label={t("compose.factorUse")} />
        {props.onCancel ? <Button kind="quiet" label={t("do.cancel")} onPress={props.onCancel} /> : null}
      </div>
    </form>
  );
}
