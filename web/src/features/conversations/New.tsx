import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { PatientLine } from "@/api/types";
import { useMay } from "@/app/session";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { useTitle } from "@/ui/title";
import { PatientPicker } from "./PatientPicker";
import { PeoplePicker } from "./PeoplePicker";
import { Fault } from "./pieces";
import { useConversationList, useConversationsClient, useMe, useStore } from "./state";
import { talking } from "./words";
import styles from "./conversations.module.css";

/** Begins a conversation: with whom, about what, about whom. */
export function New() {
  const t = useT();
  const may = useMay();
  const me = useMe();
  const store = useStore();
  const client = useConversationsClient();
  const navigate = useNavigate();
  const list = useConversationList();
  const [members, setMembers] = useState<readonly string[]>([]);
  const [subject, setSubject] = useState("");
  const [patient, setPatient] = useState<PatientLine>();
  useTitle(t("conversation.newTitle"));

  const open = (id: string) => {
    store.openNext("write");
    void navigate({ to: "/conversations/$id", params: { id } });
  };
  // With one colleague, about nothing in particular: there is one such conversation, and it goes on.
  const [only] = members;
  const plain = members.length === 1 && subject.trim() === "" && !patient;
  const same = plain
    ? list.find((one) => {
        const people = talking(one).map(({ person }) => person);
        return one.kind === "direct" && one.open && one.member && !one.subject && !one.patient && people.length === 2 && people.includes(only ?? "") && people.includes(me);
      })
    : undefined;
  const create = useMutation({
    mutationFn: () =>
      client.command("create", {
        kind: plain ? "direct" : "group",
        members: [...members],
        patient: patient?.id ?? null,
        subject: subject.trim() || null,
      }),
    onSuccess: ({ conversation }) => open(conversation),
  });
  return (
    <div className={styles.newPage}>
      <header className={styles.newHead}>
        <Link to="/conversations" className={`button quiet ${styles.back}`} aria-label={t("conversation.back")}>
          <Icon name="back" />
        </Link>
        <h1>{t("conversation.newTitle")}</h1>
      </header>
      <section className={styles.newPart}>
        <h2>{t("conversation.with")}</h2>
        <PeoplePicker chosen={members} onChange={setMembers} />
      </section>
      <section className={styles.newPart}>
        <h2>{t("conversation.about")}</h2>
        <TextField
          label={t("conversation.subjectOptional")}
          help={t("conversation.subjectHelp")}
          autoComplete="off"
          maxLength={200}
          value={subject}
          onChange={setSubject}
        />
        {may("patient.read") ? <PatientPicker chosen={patient} onChange={setPatient} /> : null}
      </section>
      <Fault error={create.error} />
      <div className={styles.newDo} data-bar="low">
        {same ? (
          <>
            <p className="small">{t("conversation.sameThere")}</p>
            <Button kind="primary" icon="chat" label={t("conversation.openSame")} onPress={() => open(same.id)} />
          </>
        ) : (
          <Button
            kind="primary"
            icon="chat"
            label={t("conversation.begin")}
            busy={create.isPending}
            isDisabled={members.length === 0}
            onPress={() => create.mutate()}
          />
        )}
      </div>
    </div>
  );
}
