import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import type { Approval, ApprovalDecided, RightsChange } from "@/api/types";
import { useFormats, useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Empty, Failure, Skeleton } from "@/ui/pieces";
import { StepUp, needsStepUp } from "@/ui/StepUp";
import { useVoice } from "@/ui/toasts";
import styles from "./admin.module.css";

/** What colleagues ask for and somebody else must consent to. */
export function Approvals() {
  const t = useT();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [code, setCode] = useState<ApprovalDecided>();
  const approvals = useQuery({
    queryKey: ["approvals"],
    queryFn: ({ signal }) => api.list<Approval>("/approvals", undefined, signal),
    refetchInterval: 30_000,
  });
  const decide = useMutation({
    mutationFn: ({ approval, given }: { approval: Approval; given: boolean }) =>
      api.post<ApprovalDecided>(`/approvals/${approval.id}/decide`, { given }),
    onSuccess: (answer) => {
      void client.invalidateQueries({ queryKey: ["approvals"] });
      void client.invalidateQueries({ queryKey: ["people"] });
      void client.invalidateQueries({ queryKey: ["roles"] });
      if (answer.code) setCode(answer);
      else tell(t(answer.approval.state === "refused" ? "approvals.refused" : "approvals.done"));
    },
  });
  const again = decide.variables;
  return (
    <>
      <header>
        <h1>{t("admin.approvals")}</h1>
        <p className="soft">{t("approvals.lead")}</p>
      </header>
      {approvals.error && !approvals.data ? <Failure error={approvals.error} onRetry={() => void approvals.refetch()} /> : null}
      {decide.error && !needsStepUp(decide.error) ? <Failure error={decide.error} /> : null}
      {approvals.isPending ? <Skeleton rows={3} /> : null}
      {approvals.data?.length === 0 ? <Empty icon="people" title={t("approvals.none")} /> : null}
      {approvals.data && approvals.data.length > 0 ? (
        <ul className={styles.asks}>
          {approvals.data.map((approval) => (
            <Ask key={approval.id} approval={approval} busy={decide.isPending} onDecide={(given) => decide.mutate({ approval, given })} />
          ))}
        </ul>
      ) : null}
      {needsStepUp(decide.error) && again ? (
        <StepUp onDone={() => decide.mutate(again)} onClose={() => decide.reset()} />
      ) : null}
      {code?.code ? (
        <Dialog
          title={t("approvals.codeTitle", { name: code.approval.about_name })}
          isOpen
          insist
          onClose={() => setCode(undefined)}
          actions={<Button kind="primary" label={t("do.close")} onPress={() => setCode(undefined)} />}
        >
          <p>{t("approvals.codeText", { name: code.approval.about_name, asker: code.approval.asked_by_name })}</p>
          <p className={styles.consent}>{code.code}</p>
        </Dialog>
      ) : null}
    </>
  );
}

type State = "open" | "given" | "refused" | "withdrawn" | "used" | "expired";

function Ask(props: { approval: Approval; busy: boolean; onDecide: (given: boolean) => void }) {
  const { approval, busy, onDecide } = props;
  const t = useT();
  const formats = useFormats();
  const names = { name: approval.about_name, asker: approval.asked_by_name };
  const what = t(`approvals.what.${approval.kind}`, names);
  return (
    <li className="panel">
      <h2>{what}</h2>
      {/* Names may be the same; logins are not. */}
      {approval.about_login ? <p className="soft">{approval.about_login}</p> : null}
      <p>{t("approvals.asked", { asker: `${approval.asked_by_name} (${approval.asked_by_login})`, when: formats.full(approval.asked_at), until: formats.full(approval.expires_at) })}</p>
      {approval.change ? <Rights kind={approval.kind} change={approval.change} /> : null}
      <dl className="facts">
        {approval.proof ? (
          <div className="fact">
            <dt>{t("approvals.proof")}</dt>
            <dd>{t(`recovery.proof.${approval.proof}`)}</dd>
          </div>
        ) : null}
        <div className="fact">
          <dt>{t("recovery.reason")}</dt>
          <dd>{approval.reason}</dd>
        </div>
      </dl>
      {approval.may_decide ? (
        <div className="row">
          <Button kind="primary" label={t("approvals.give")} aria-label={`${t("approvals.give")}: ${what}`} busy={busy} onPress={() => onDecide(true)} />
          <Button label={t("approvals.refuse")} aria-label={`${t("approvals.refuse")}: ${what}`} busy={busy} onPress={() => onDecide(false)} />
        </div>
      ) : (
        <p className="soft">
          {t(approval.kind !== "recovery" && approval.state === "used" ? "approvals.state.given" : `approvals.state.${approval.state as State}`)}
          {approval.decided_by_name ? ` · ${approval.decided_by_name}` : null}
        </p>
      )}
    </li>
  );
}

/** What somebody, or everybody with a role, could do that they can't now. */
function Rights({ kind, change }: { kind: Approval["kind"]; change: RightsChange }) {
  const t = useT();
  const none = t("approvals.noRoles");
  return (
    <>
      {kind === "roles" ? (
        <p>{t("approvals.roles", { before: change.before.join(", ") || none, after: change.after.join(", ") || none })}</p>
      ) : (
        <p>{t("approvals.holders", { count: change.people })}</p>
      )}
      <p>{t("approvals.gains")}</p>
      <ul>
        {change.gains.map((permission) => (
          <li key={permission}>{t(`permission.${permission}`)}</li>
        ))}
      </ul>
    </>
  );
}
