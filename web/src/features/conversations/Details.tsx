import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Conversation, Member } from "@/conversations/protocol";
import { useSession } from "@/app/session";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { Banner, Chip } from "@/ui/pieces";
import { useVoice } from "@/ui/toasts";
import { PeoplePicker } from "./PeoplePicker";
import { Fault, Initials } from "./pieces";
import { Safety } from "./Safety";
import { useConversationsClient, useMe } from "./state";
import { PatientTag } from "./ThreadHead";
import { custodian, nameIn } from "./words";
import styles from "./conversations.module.css";

/** What of the details is in sight. */
export type DetailsPart =
  | { kind: "about" }
  | { kind: "add" }
  | { kind: "safety"; person: string }
  | { kind: "remove"; person: string }
  | { kind: "leave" }
  | { kind: "close" };

interface PartProps {
  conversation: Conversation;
  go: (part: DetailsPart) => void;
}

/** Everything about a conversation but its messages. */
export function Details(props: { conversation: Conversation; part: DetailsPart; onClose: () => void }) {
  const { conversation } = props;
  const t = useT();
  const [part, go] = useState<DetailsPart>(props.part);
  const name = "person" in part ? nameIn(conversation.members, part.person, t) : "";
  const titles = {
    about: t("conversation.detailsTitle"),
    add: t("conversation.addTitle"),
    safety: t("conversation.safetyOf", { name }),
    remove: t("conversation.removeTitle", { name }),
    leave: t("conversation.leaveTitle"),
    close: t("conversation.closeTitle"),
  };
  return (
    <Dialog title={titles[part.kind]} isOpen onClose={props.onClose} wide={part.kind === "about"} sheet>
      {part.kind === "about" ? null : (
        <Button kind="quiet" small icon="back" label={t("conversation.detailsTitle")} onPress={() => go({ kind: "about" })} />
      )}
      {part.kind === "about" ? <About conversation={conversation} go={go} /> : null}
      {part.kind === "add" ? <Add conversation={conversation} go={go} /> : null}
      {part.kind === "safety" ? <Safety person={part.person} name={name} /> : null}
      {part.kind === "remove" ? <Remove conversation={conversation} person={part.person} name={name} go={go} /> : null}
      {part.kind === "leave" ? <Leave conversation={conversation} onDone={props.onClose} /> : null}
      {part.kind === "close" ? <Close conversation={conversation} onDone={props.onClose} /> : null}
    </Dialog>
  );
}

function About({ conversation, go }: PartProps) {
  const t = useT();
  const me = useMe();
  const { org } = useSession();
  const present = conversation.members.filter((one) => one.present);
  const former = conversation.members.filter((one) => !one.present);
  const own = present.find((one) => one.person === me);
  const staff = own?.role === "staff" && conversation.member;
  const writes = staff && conversation.open;
  const keeper = custodian(conversation);
  return (
    <>
      {writes ? <Subject conversation={conversation} /> : null}
      {conversation.patient ? <PatientTag patient={conversation.patient} /> : null}
      <section className={styles.detailsPart}>
        <h3>{t("conversation.whoReads")}</h3>
        <p className="small">{t("conversation.whoReadsText")}</p>
        {keeper ? <p className="small">{t("conversation.keeperText", { name: keeper.name })}</p> : null}
        <ul className={styles.members} aria-label={t("conversation.members")}>
          {present.map((one) => (
            <MemberRow key={one.person} member={one} org={org.name} me={me} removes={writes ?? false} go={go} />
          ))}
        </ul>
        {writes ? <Button icon="plus" label={t("conversation.add")} onPress={() => go({ kind: "add" })} /> : null}
      </section>
      {former.length > 0 ? (
        <section className={styles.detailsPart}>
          <h3>{t("conversation.former")}</h3>
          <p className="small">{t("conversation.formerText")}</p>
          <ul className={styles.members} aria-label={t("conversation.former")}>
            {former.map((one) => (
              <li key={one.person}>
                <Initials name={one.name} small />
                <span className={styles.memberName}>
                  <strong>{one.name}</strong>
                  <span className="small soft">{one.function}</span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {conversation.member ? (
        <div className="row">
          {staff ? (
            conversation.open ? (
              <Button icon="lock" label={t("conversation.close")} onPress={() => go({ kind: "close" })} />
            ) : (
              <Reopen conversation={conversation} />
            )
          ) : null}
          <Button icon="out" label={t("conversation.leave")} onPress={() => go({ kind: "leave" })} />
        </div>
      ) : null}
    </>
  );
}

function MemberRow(props: { member: Member; org: string; me: string; removes: boolean; go: (part: DetailsPart) => void }) {
  const { member, me, go } = props;
  const t = useT();
  const self = member.person === me;
  const keeps = member.role === "custodian";
  return (
    <li>
      <Initials name={member.name} small />
      <span className={styles.memberName}>
        <span>
          <strong>{member.name}</strong> {self ? <span className="soft">({t("conversation.youObject")})</span> : null}
        </span>
        <span className="small soft">
          {[member.function, member.role === "patient" ? t("conversation.role.patient") : props.org].filter(Boolean).join(" · ")}
        </span>
        {keeps ? (
          <span>
            <Chip icon="archive">{t("conversation.role.custodian")}</Chip>
          </span>
        ) : null}
        {member.has_device || keeps ? null : <span className="small">{t("conversation.noDevice")}</span>}
        {member.keys_changed ? (
          <span>
            <Chip tone="warn" icon="key">
              {t("conversation.keysChanged")}
            </Chip>
          </span>
        ) : null}
      </span>
      {self ? null : (
        <span className={styles.memberActs}>
          {member.has_device ? (
            <Button
              kind="quiet"
              small
              icon="shield"
              label={t("conversation.safety")}
              aria-label={t("conversation.safetyOf", { name: member.name })}
              onPress={() => go({ kind: "safety", person: member.person })}
            />
          ) : null}
          {props.removes && !keeps ? (
            <Button
              kind="quiet"
              small
              icon="out"
              label={t("conversation.remove")}
              aria-label={t("conversation.removeName", { name: member.name })}
              onPress={() => go({ kind: "remove", person: member.person })}
            />
          ) : null}
        </span>
      )}
    </li>
  );
}

function Subject({ conversation }: { conversation: Conversation }) {
  const t = useT();
  const client = useConversationsClient();
  const { tell } = useVoice();
  const [text, setText] = useState(conversation.subject ?? "");
  const save = useMutation({
    mutationFn: () => client.command("subject", { conversation: conversation.id, text: text.trim() }),
    onSuccess: () => tell(t("conversation.subjectSaved")),
  });
  return (
    <form
      className={styles.subjectForm}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <div className="row">
        <TextField
          label={t("conversation.subject")}
          autoComplete="off"
          maxLength={200}
          value={text}
          onChange={setText}
        />
        <Button type="submit" label={t("do.save")} busy={save.isPending} isDisabled={text.trim() === (conversation.subject ?? "")} />
      </div>
      <Fault error={save.error} />
    </form>
  );
}

function Add({ conversation, go }: PartProps) {
  const t = useT();
  const client = useConversationsClient();
  const { tell } = useVoice();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const there = conversation.members.filter((one) => one.present).map((one) => one.person);
  const add = useMutation({
    mutationFn: () => client.command("add_members", { conversation: conversation.id, persons: [...chosen] }),
    onSuccess: () => {
      tell(t("conversation.added", { count: chosen.length }));
      go({ kind: "about" });
    },
  });
  return (
    <>
      <Banner tone="info">{t("conversation.addHelp")}</Banner>
      <PeoplePicker chosen={chosen} onChange={setChosen} without={there} />
      <Fault error={add.error} />
      <Button
        kind="primary"
        icon="plus"
        label={t("conversation.addDo", { count: chosen.length })}
        busy={add.isPending}
        isDisabled={chosen.length === 0}
        onPress={() => add.mutate()}
      />
    </>
  );
}

function Remove({ conversation, person, name, go }: PartProps & { person: string; name: string }) {
  const t = useT();
  const client = useConversationsClient();
  const { tell } = useVoice();
  const remove = useMutation({
    mutationFn: () => client.command("remove_member", { conversation: conversation.id, person }),
    onSuccess: () => {
      tell(t("conversation.removed", { name }));
      go({ kind: "about" });
    },
  });
  return (
    <>
      <p>{t("conversation.removeText")}</p>
      <Fault error={remove.error} />
      <Button kind="danger" label={t("conversation.removeDo")} busy={remove.isPending} onPress={() => remove.mutate()} />
    </>
  );
}

function Leave({ conversation, onDone }: { conversation: Conversation; onDone: () => void }) {
  const t = useT();
  const client = useConversationsClient();
  const { tell } = useVoice();
  const leave = useMutation({
    mutationFn: () => client.command("leave", { conversation: conversation.id }),
    onSuccess: () => {
      tell(t("conversation.leftDone"));
      onDone();
    },
  });
  return (
    <>
      <p>{t("conversation.leaveText")}</p>
      <Fault error={leave.error} />
      <Button kind="danger" label={t("conversation.leave")} busy={leave.isPending} onPress={() => leave.mutate()} />
    </>
  );
}

function useSetOpen(conversation: Conversation, onDone: () => void) {
  const t = useT();
  const client = useConversationsClient();
  const { tell } = useVoice();
  return useMutation({
    mutationFn: (open: boolean) => client.command("set_open", { conversation: conversation.id, open }),
    onSuccess: (_, open) => {
      tell(t(open ? "conversation.reopenedDone" : "conversation.closedDone"));
      onDone();
    },
  });
}

function Close({ conversation, onDone }: { conversation: Conversation; onDone: () => void }) {
  const t = useT();
  const close = useSetOpen(conversation, onDone);
  return (
    <>
      <p>{t("conversation.closeText")}</p>
      <Fault error={close.error} />
      <Button kind="primary" icon="lock" label={t("conversation.close")} busy={close.isPending} onPress={() => close.mutate(false)} />
    </>
  );
}

function Reopen({ conversation }: { conversation: Conversation }) {
  const t = useT();
  const reopen = useSetOpen(conversation, () => undefined);
  return (
    <>
      <Button icon="unlock" label={t("conversation.reopen")} busy={reopen.isPending} onPress={() => reopen.mutate(true)} />
      <Fault error={reopen.error} />
    </>
  );
}
