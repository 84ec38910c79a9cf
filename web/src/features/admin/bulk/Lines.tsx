import type { BulkLine, BulkResult } from "@/api/types";
import { useFormats, useT, type MessageKey } from "@/i18n";
import { Button } from "@/ui/Button";
import { Banner, Chip } from "@/ui/pieces";
import { saveFile } from "@/ui/saveFile";
import { Table } from "@/ui/Table";
import { csvOf } from "../csv";

/** How many will, are so already, and can't. */
export function Sums({ lines, done }: { lines: readonly BulkLine[]; done: boolean }) {
  const t = useT();
  const count = (outcome: BulkLine["outcome"]) => lines.filter((line) => line.outcome === outcome).length;
  const asks = count("consent");
  const others = lines.length - asks > 0;
  return (
    <p role="status">
      {others || asks === 0
        ? t(done ? "bulk.sumsDone" : "bulk.sums", { will: count("will"), already: count("already"), refused: count("refused") })
        : null}{" "}
      {asks > 0 ? t(done ? "bulk.asksDone" : "bulk.asks", { count: asks }) : null}
    </p>
  );
}

/** Whom it can't be done to comes first: that is what must be read. */
const ORDER = { refused: 0, consent: 1, will: 2, already: 3 } as const;

export function Lines({ lines, done }: { lines: readonly BulkLine[]; done: boolean }) {
  const t = useT();
  return (
    <Table
      label={t("bulk.preview")}
      rows={lines.toSorted((a, b) => ORDER[a.outcome] - ORDER[b.outcome])}
      keyOf={(line) => line.id}
      columns={[
        { id: "name", head: t("admin.name"), names: true, cell: (line) => line.name || "–" },
        {
          id: "outcome",
          head: t("bulk.outcome"),
          cell: (line) => {
            if (line.outcome === "will") {
              return (
                <Chip tone="ok" icon="check">
                  {t(done ? "bulk.wasDone" : "bulk.will")}
                </Chip>
              );
            }
            if (line.outcome === "consent") {
              return (
                <Chip tone="info" icon="people">
                  {t(done ? "bulk.wasAsked" : "bulk.consent")}
                </Chip>
              );
            }
            if (line.outcome === "already") return <Chip>{t("bulk.already")}</Chip>;
            return (
              <Chip tone="warn" icon="warn">
                {t(`bulk.no.${line.code ?? "unknown"}` as MessageKey)}
              </Chip>
            );
          },
        },
      ]}
    />
  );
}

/** The links are shown now and never again: as a file they can be handed out. */
export function Invitations({ invitations }: { invitations: BulkResult["invitations"] }) {
  const t = useT();
  const formats = useFormats();
  const until = invitations[0]?.expires_at;
  const save = () => {
    const head = [t("admin.name"), t("people.login"), t("people.link")];
    saveFile(
      "invitations.csv",
      csvOf([head, ...invitations.map((one) => [one.name, one.login, one.invitation_link])]),
      "text/csv;charset=utf-8",
    );
  };
  return (
    <>
      <Banner tone="warn" live actions={<Button kind="primary" icon="download" label={t("import.saveLinks")} onPress={save} />}>
        {t("import.links")} {until ? t("people.linkUntil", { when: formats.full(until) }) : null}
      </Banner>
      <Table
        label={t("people.link")}
        rows={invitations}
        keyOf={(one) => one.id}
        columns={[
          { id: "name", head: t("admin.name"), names: true, cell: (one) => one.name },
          { id: "link", head: t("people.link"), cell: (one) => <code>{one.invitation_link}</code> },
        ]}
      />
    </>
  );
}
