import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api } from "@/api/client";
import type { Colleague } from "@/api/types";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Check, TextField } from "@/ui/Field";
import { Failure, Skeleton } from "@/ui/pieces";
import { useConversationsClient, useMe } from "./state";
import styles from "./conversations.module.css";

/** As many as are shown before one types. */
const MOST = 50;

/** Colleagues, by name or function; who can't read yet is marked so. */
export function PeoplePicker(props: { chosen: readonly string[]; onChange: (chosen: readonly string[]) => void; without?: readonly string[] }) {
  const { chosen, onChange, without = [] } = props;
  const t = useT();
  const me = useMe();
  const client = useConversationsClient();
  const [finding, setFinding] = useState("");
  const colleagues = useQuery({
    queryKey: ["conversations", "people"],
    queryFn: ({ signal }) => api.list<Colleague>("/conversations/people", undefined, signal),
  });
  const able = useMemo(
    () => (colleagues.data ?? []).filter((one) => one.id !== me && !without.includes(one.id)),
    [colleagues.data, me, without],
  );
  const directory = useQuery({
    queryKey: ["conversations", "directory", able.map((one) => one.id)],
    queryFn: () => client.command("directory", { persons: able.map((one) => one.id) }),
    enabled: able.length > 0,
    retry: false,
  });
  // Only what is known for sure: without an answer nobody is said to lack a device.
  const lacksDevice = (person: string) => directory.data?.people.find((one) => one.person === person)?.has_device === false;
  const wanted = finding.trim().toLocaleLowerCase();
  const found = able.filter((one) => `${one.name}\n${one.function}`.toLocaleLowerCase().includes(wanted));
  const shown = found.slice(0, MOST);
  const nameOf = (id: string) => able.find((one) => one.id === id)?.name ?? "";
  const late = chosen.filter(lacksDevice);
  return (
    <div className={styles.picker}>
      {chosen.length > 0 ? (
        <ul className={styles.chosen} aria-label={t("conversation.chosen")}>
          {chosen.map((id) => (
            <li key={id}>
              <Button
                small
                icon="close"
                label={nameOf(id)}
                aria-label={t("conversation.unchoose", { name: nameOf(id) })}
                onPress={() => onChange(chosen.filter((one) => one !== id))}
              />
            </li>
          ))}
        </ul>
      ) : null}
      <TextField
        label={t("conversation.findPerson")}
        type="search"
        autoComplete="off"
        spellCheck={false}
        value={finding}
        onChange={setFinding}
        onKeyDown={(event) => {
          // The one that is left is chosen by Enter.
          const [only] = found;
          if (event.key !== "Enter") return;
          event.preventDefault();
          if (wanted === "" || !only || found.length > 1) return;
          if (!chosen.includes(only.id)) onChange([...chosen, only.id]);
          setFinding("");
        }}
      />
      {colleagues.error && !colleagues.data ? <Failure error={colleagues.error} onRetry={() => void colleagues.refetch()} /> : null}
      {colleagues.isPending ? <Skeleton rows={2} /> : null}
      {colleagues.data ? (
        <fieldset className={styles.people}>
          <legend className="only-read">{t("conversation.people")}</legend>
          {shown.map((one) => (
            <Check
              key={one.id}
              label={
                <>
                  <strong>{one.name}</strong> <span className="soft">{one.function}</span>
                </>
              }
              {...(lacksDevice(one.id) ? { help: t("conversation.noDeviceShort") } : {})}
              checked={chosen.includes(one.id)}
              onChange={(on) => onChange(on ? [...chosen, one.id] : chosen.filter((id) => id !== one.id))}
            />
          ))}
          {shown.length === 0 ? <p className="soft">{t("conversation.peopleNone")}</p> : null}
          {found.length > MOST ? <p className="small soft">{t("conversation.peopleMore", { count: found.length - MOST })}</p> : null}
        </fieldset>
      ) : null}
      {late.length > 0 ? <p className="small">{t("conversation.noDeviceNew", { count: late.length })}</p> : null}
    </div>
  );
}
