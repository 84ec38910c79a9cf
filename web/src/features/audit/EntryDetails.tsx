import { useMutation } from "@tanstack/react-query";
import { text } from "@/api/client";
import type { AuditEntry } from "@/api/types";
import { useMay } from "@/app/session";
import { useFormats, useT, type MessageKey, type Translate } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { saveFile } from "@/ui/saveFile";
import { Failure } from "@/ui/pieces";
import { whyText } from "@/words/Reasons";
import type { Filters } from "./AuditFilters";

/** Who acted, in words. */
export function useAgentName(): (entry: AuditEntry) => string {
  const t = useT();
  return ({ agent, details }) => {
    const name = details?.agent_name;
    switch (agent.kind) {
      case "person": {
        const by = name ?? agent.id;
        const whom = details?.more?.acts_for;
        return whom ? t("party.onBehalf", { by, name: whom }) : by;
      }
      case "guest":
        return name ? `${t("log.guest")}: ${name}` : t("log.guest");
      case "peer":
        return name ? `${t("log.peer")}: ${name}` : t("log.peer");
      case "system":
        return t("log.system");
    }
  };
}

/** Names of what an entry holds beside the rest; what is not here shows as it was written. */
const MORE = new Set([
  "act", "added", "bulk", "changes", "decision", "given", "people", "removed", "review", "taken",
  "account", "acts_for", "address", "attempt", "birth_date", "care", "duty", "consent", "ends_at", "ends_on", "holder", "scope", "mandate_id", "may_send", "starts_at", "with_patients", "for", "ground_id", "identity_checked_by", "kind",
  "references", "verdict", "words", "detail", "domain", "expires_at", "failures", "file", "files", "form", "format", "from", "host",
  "kinds", "label", "language", "login", "members", "message", "method", "name", "new_route", "permission", "permissions",
  "person", "phone", "policy_version", "recipient", "recipients", "roles", "route", "sensitivity", "state", "tls", "to",
  "tries", "until", "user", "version", "what",
]);
const OBJECTS = new Set([
  "bulk", "review",
  "app_password", "domain", "draft", "grant", "mandate", "patient", "proxy", "relation", "team", "mailbox", "message", "node", "org", "partner", "person", "policy", "role", "session",
]);
const ROUTES = new Set(["inside", "verified_tls", "pickup", "none"]);
const SENSITIVITIES = new Set(["none", "unreadable", "identifier", "health", "health_many"]);

const moreName = (t: Translate, name: string) => (MORE.has(name) ? t(`more.${name}` as MessageKey) : name);

function moreValue(t: Translate, name: string, value: string): string {
  if (name === "sensitivity" && SENSITIVITIES.has(value)) return t(`sensitivity.${value}` as MessageKey);
  if ((name === "route" || name === "new_route") && ROUTES.has(value)) return t(`route.${value}` as MessageKey);
  return value;
}

interface Props {
  entry: AuditEntry;
  /** From one entry to all that go with it, where they can be looked for. */
  onOnly?: ((change: Partial<Filters>) => void) | undefined;
  onClose: () => void;
}

/** From one entry to all that go with it. */
function OnlyThis({ entry, onOnly }: { entry: AuditEntry; onOnly: (change: Partial<Filters>) => void }) {
  const t = useT();
  const { agent, details, object } = entry;
  const patient = details?.patient;
  return (
    <div className="row">
      <span className="small soft">{t("log.onlyThis")}</span>
      {agent.kind === "person" ? (
        <Button
          small
          label={t("log.onlyPerson")}
          onPress={() => onOnly({ person: details?.agent_name ?? agent.id, personId: agent.id })}
        />
      ) : null}
      {patient ? <Button small label={t("log.onlyPatient")} onPress={() => onOnly({ patient })} /> : null}
      {object?.kind === "message" ? (
        <Button small label={t("log.onlyMessage")} onPress={() => onOnly({ message: object.id })} />
      ) : null}
    </div>
  );
}

function What({ kind, id }: { kind: string; id: string }) {
  const t = useT();
  return (
    <>
      {OBJECTS.has(kind) ? t(`object.${kind}` as MessageKey) : kind} <code>{id}</code>
    </>
  );
}

export function EntryDetails({ entry, onOnly, onClose }: Props) {
  const t = useT();
  const formats = useFormats();
  const may = useMay();
  const agentName = useAgentName();
  const { details, agent } = entry;
  const proof = useMutation({
    mutationFn: () => text(`/audit/${entry.id}/proof`),
    onSuccess: (content) => saveFile(`wardpost-proof-${entry.seq ?? entry.id}.txt`, content),
  });
  const facts: [string, React.ReactNode][] = [
    [t("log.at"), `${formats.stamp(entry.at)} (${entry.at})`],
    [t("log.who"), agentName(entry)],
    [t("log.roles"), agent.kind === "person" ? formats.list(agent.roles) : null],
    [t("log.onBehalf"), details?.on_behalf_of],
    [t("log.object"), entry.object ? <What key="object" kind={entry.object.kind} id={entry.object.id} /> : null],
    [t("log.patient"), details?.patient],
    [t("log.ground"), details?.ground ? t(`ground.${details.ground}` as MessageKey) : null],
    [t("log.network"), details?.network],
    [t("log.why"), details?.why ? whyText(t, details.why) : null],
    [t("log.result"), t(`outcome.${entry.outcome}`)],
    [t("log.request"), details?.request_id],
    ...Object.entries(details?.more ?? {}).map(([name, value]): [string, React.ReactNode] => [moreName(t, name), moreValue(t, name, value)]),
    [t("log.id"), <code key="id">{entry.id}</code>],
  ];
  return (
    <Dialog title={t(`audit.${entry.kind}`)} isOpen onClose={onClose} wide>
      <p className="soft">{entry.seq === null || entry.seq === undefined ? t("log.entryPending") : t("log.entry", { seq: entry.seq })}</p>
      {details ? null : <p>{t("log.erased")}</p>}
      <dl className="facts">
        {facts
          .filter(([, value]) => value !== null && value !== undefined && value !== "")
          .map(([name, value]) => (
            <div key={name} className="fact">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {onOnly ? <OnlyThis entry={entry} onOnly={onOnly} /> : null}
      {may("audit.prove") && entry.seq !== null && entry.seq !== undefined ? (
        <div className="row">
          <Button small icon="download" label={t("log.proof")} busy={proof.isPending} onPress={() => proof.mutate()} />
          <span className="small soft">{t("log.proofHelp")}</span>
        </div>
      ) : null}
      {proof.error ? <Failure error={proof.error} /> : null}
    </Dialog>
  );
}
