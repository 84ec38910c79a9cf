import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useId, useState } from "react";
import { api, newKey, url } from "@/api/client";
import type { ImportDone, ImportEntry, ImportLine, ImportPreview, ImportUndone } from "@/api/types";
import { useFormats, useLanguage, useT, type MessageKey } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Check } from "@/ui/Field";
import { Banner, Chip, Failure, Skeleton } from "@/ui/pieces";
import { saveFile } from "@/ui/saveFile";
import { Table } from "@/ui/Table";
import { useTitle } from "@/ui/title";
import { useVoice } from "@/ui/toasts";
import { csvOf, textOf } from "./csv";

/** Many people at once: a list, what is wrong with each row, then the invitations. */
export function Import() {
  const t = useT();
  useTitle(t("import.title"));
  const language = useLanguage();
  const [csv, setCsv] = useState("");
  const [unreadable, setUnreadable] = useState(false);
  const look = useMutation({
    mutationFn: (text: string) => api.post<ImportPreview>("/people/import/preview", { csv: text }),
  });
  const choose = async (file: File | undefined) => {
    look.reset();
    setUnreadable(false);
    if (!file) return;
    const text = textOf(await file.arrayBuffer());
    if (text === undefined) return setUnreadable(true);
    setCsv(text);
    look.mutate(text);
  };
  return (
    <>
      <header>
        <h1>{t("import.title")}</h1>
        <p className="soft">{t("import.lead")}</p>
      </header>
      <section className="panel">
        <p>{t("import.columns")}</p>
        <p>
          <a href={url("/people/import/template.csv", { language })} download>
            {t("import.template")}
          </a>
        </p>
        <FileField onChoose={(file) => void choose(file)} />
        {unreadable ? (
          <Banner tone="warn" live>
            {t("import.encoding")}
          </Banner>
        ) : null}
        {look.error ? <Failure error={look.error} /> : null}
        {look.isPending ? <Skeleton rows={3} /> : null}
      </section>
      {look.data ? <Preview key={csv} csv={csv} preview={look.data} /> : null}
      <Past />
      <p>
        <Link to="/admin/people">{t("import.back")}</Link>
      </p>
    </>
  );
}

function FileField({ onChoose }: { onChoose: (file: File | undefined) => void }) {
  const t = useT();
  const id = useId();
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {t("import.file")}
      </label>
      <input id={id} type="file" accept=".csv,text/csv" onChange={(event) => onChoose(event.target.files?.[0])} />
    </div>
  );
}

function Preview({ csv, preview }: { csv: string; preview: ImportPreview }) {
  const t = useT();
  const client = useQueryClient();
  const [skip, setSkip] = useState(false);
  const [key] = useState(newKey);
  const bad = preview.lines.filter((line) => line.problems.length > 0);
  const good = preview.lines.length - bad.length;
  const run = useMutation({
    mutationFn: () => api.post<ImportDone>("/people/import", { csv, skip_bad: skip }, { idempotencyKey: `${key}-${skip}` }),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["people"] }),
  });
  if (run.data) return <Done done={run.data} />;
  return (
    <section className="panel">
      <h2>{t("import.preview")}</h2>
      <p aria-live="polite">{t("import.found", { good, bad: bad.length })}</p>
      {preview.ignored.length > 0 ? <p className="soft">{t("import.ignored", { columns: preview.ignored.join(", ") })}</p> : null}
      {bad.length > 0 ? <Lines label={t("import.wrongRows")} lines={bad} /> : null}
      {good > 0 ? (
        <details>
          <summary>{t("import.goodRows", { good })}</summary>
          <Lines label={t("import.preview")} lines={preview.lines.filter((line) => line.problems.length === 0)} />
        </details>
      ) : null}
      {bad.length > 0 && good > 0 ? (
        <Check label={t("import.skip", { bad: bad.length })} checked={skip} onChange={setSkip} />
      ) : null}
      {run.error ? <Failure error={run.error} /> : null}
      <div className="row">
        <Button
          kind="primary"
          label={t("import.run", { good })}
          busy={run.isPending}
          isDisabled={good === 0 || (bad.length > 0 && !skip)}
          onPress={() => run.mutate()}
        />
      </div>
    </section>
  );
}

function Lines({ label, lines }: { label: string; lines: readonly ImportLine[] }) {
  const t = useT();
  return (
    <Table
      label={label}
      rows={lines}
      keyOf={(line) => String(line.line)}
      columns={[
        { id: "line", head: t("import.line"), names: true, cell: (line) => line.line },
        {
          id: "name",
          head: t("admin.name"),
          cell: (line) => (
            <span className="two-lines">
              {line.name || "–"} <span className="small soft">{line.login}</span>
            </span>
          ),
        },
        { id: "roles", head: t("people.rolesOf"), cell: (line) => line.roles || "–" },
        {
          id: "problems",
          head: t("import.problems"),
          cell: (line) =>
            line.problems.length === 0 ? (
              <Chip tone="ok" icon="check">
                {t("import.fine")}
              </Chip>
            ) : (
              <ul>
                {line.problems.map((one) => (
                  <li key={`${one.column}-${one.code}`}>
                    {one.column ? `${t(`import.column.${one.column}` as MessageKey)}: ` : null}
                    {t(`import.problem.${one.code}` as MessageKey)}
                  </li>
                ))}
              </ul>
            ),
        },
      ]}
    />
  );
}

/** The links are shown now and never again: as a file they can be handed out. */
function Done({ done }: { done: ImportDone }) {
  const t = useT();
  const formats = useFormats();
  const save = () => {
    const head = [t("admin.name"), t("people.login"), t("people.link")];
    saveFile("invitations.csv", csvOf([head, ...done.people.map((one) => [one.name, one.login, one.invitation_link])]), "text/csv;charset=utf-8");
  };
  const until = done.people[0]?.expires_at;
  return (
    <section className="panel">
      <h2>{t("import.done", { count: done.people.length })}</h2>
      {done.left_out.length > 0 ? <p>{t("import.leftOut", { lines: formats.list(done.left_out.map(String)) })}</p> : null}
      <Banner
        tone="warn"
        live
        actions={<Button kind="primary" icon="download" label={t("import.saveLinks")} onPress={save} />}
      >
        {t("import.links")} {until ? t("people.linkUntil", { when: formats.full(until) }) : null}
      </Banner>
      <Table
        label={t("people.link")}
        rows={done.people}
        keyOf={(one) => one.id}
        columns={[
          { id: "name", head: t("admin.name"), names: true, cell: (one) => one.name },
          { id: "login", head: t("people.login"), cell: (one) => one.login },
          { id: "link", head: t("people.link"), cell: (one) => <code>{one.invitation_link}</code> },
        ]}
      />
    </section>
  );
}

function Past() {
  const t = useT();
  const formats = useFormats();
  const client = useQueryClient();
  const { tell } = useVoice();
  const [undoing, setUndoing] = useState<ImportEntry>();
  const past = useQuery({
    queryKey: ["people", "imports"],
    queryFn: ({ signal }) => api.list<ImportEntry>("/people/import", undefined, signal),
  });
  const undo = useMutation({
    mutationFn: (id: string) => api.post<ImportUndone>(`/people/import/${id}/undo`),
    onSuccess: (done) => {
      void client.invalidateQueries({ queryKey: ["people"] });
      setUndoing(undefined);
      tell(t("import.undone", { removed: done.removed, kept: done.kept.length }));
    },
  });
  if (past.error) return <Failure error={past.error} onRetry={() => void past.refetch()} />;
  if (!past.data || past.data.length === 0) return null;
  return (
    <section className="panel">
      <h2>{t("import.past")}</h2>
      <Table
        label={t("import.past")}
        rows={past.data}
        keyOf={(one) => one.id}
        columns={[
          { id: "at", head: t("import.when"), names: true, cell: (one) => formats.full(one.at) },
          { id: "by", head: t("import.by"), cell: (one) => one.by_name },
          { id: "people", head: t("admin.people"), cell: (one) => t("import.counts", { people: one.people, open: one.open }) },
          {
            id: "undo",
            head: t("admin.actions"),
            quiet: true,
            cell: (one) =>
              one.undone_at ? (
                <Chip>{t("import.wasUndone")}</Chip>
              ) : one.open > 0 ? (
                <Button
                  small
                  icon="recall"
                  label={t("import.undo")}
                  aria-label={t("import.undoName", { when: formats.full(one.at) })}
                  onPress={() => setUndoing(one)}
                />
              ) : null,
          },
        ]}
      />
      {undoing ? (
        <Dialog
          title={t("import.undoTitle")}
          isOpen
          onClose={() => setUndoing(undefined)}
          actions={
            <>
              <Button label={t("do.cancel")} onPress={() => setUndoing(undefined)} />
              <Button
                kind="danger"
                label={t("import.undo")}
                busy={undo.isPending}
                onPress={() => undo.mutate(undoing.id)}
              />
            </>
          }
        >
          <p>{t("import.undoText", { open: undoing.open, others: undoing.people - undoing.open })}</p>
          {undo.error ? <Failure error={undo.error} /> : null}
        </Dialog>
      ) : null}
    </section>
  );
}
