import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useId, useRef, useState } from "react";
import { api } from "@/api/client";
import type { ContactLine, Party } from "@/api/types";
import { useT } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { ErrorLine } from "@/ui/Field";
import { useVoice } from "@/ui/toasts";
import { nameOf } from "@/features/mail/MessageRow";
import { parseParties } from "./editor";
import styles from "./compose.module.css";

const WAIT_MS = 150;

/** Where recipients are typed: suggestions come from the house's mailboxes and known correspondents. */
export function RecipientInput({
  onAdd,
  ref,
}: {
  onAdd: (party: Party, contact?: ContactLine) => void;
  ref: React.Ref<HTMLInputElement>;
}) {
  const t = useT();
  const id = useId();
  const { announce } = useVoice();
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [fault, setFault] = useState<string>();
  const wanted = useSettled(text.trim());
  const found = useQuery({
    queryKey: ["contacts", wanted],
    queryFn: ({ signal }) => api.get<{ items: ContactLine[] }>("/contacts", { q: wanted }, signal),
    enabled: wanted.length >= 2,
    staleTime: 30_000,
  });
  const items = wanted.length >= 2 && text.trim().length >= 2 ? (found.data?.items.slice(0, 8) ?? []) : [];
  const count = items.length;
  const shown = open && count > 0;
  useEffect(() => {
    if (open && wanted.length >= 2 && found.data) announce(t("compose.suggestions", { count }));
  }, [announce, count, found.data, open, t, wanted]);

  const reset = (rest = "") => {
    setText(rest);
    setActive(-1);
    setOpen(false);
    setFault(undefined);
  };
  const choose = (item: ContactLine) => {
    onAdd(item.party, item);
    reset();
  };
  /** Takes what was typed; what is no address stays, and says so when `strict`. */
  const take = (typed: string, strict: boolean): boolean => {
    const { parties, rest } = parseParties(typed);
    for (const party of parties) onAdd(party);
    if (parties.length > 0 || rest === "") reset(rest);
    if (rest !== "" && strict) setFault(t("compose.badAddress", { text: rest }));
    return parties.length > 0;
  };
  const press = (event: React.KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && count > 0) {
      event.preventDefault();
      setOpen(true);
      setActive((active + step + count) % count);
      return;
    }
    const chosen = shown ? items[active] : undefined;
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (chosen) choose(chosen);
      else if (text.trim() !== "") take(text, true);
    } else if ((event.key === "," || event.key === ";") && text.trim() !== "") {
      event.preventDefault();
      take(text, true);
    } else if (event.key === "Escape" && shown) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };

  return (
    <div className={styles.adder}>
      <label htmlFor={id} className="only-read">
        {t("compose.add")}
      </label>
      <Icon name="plus" size={18} />
      <input
        id={id}
        ref={ref}
        type="text"
        role="combobox"
        inputMode="email"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        placeholder={t("compose.addHint")}
        aria-expanded={shown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={shown && active >= 0 ? `${id}-${active}` : undefined}
        aria-describedby={`${id}-help`}
        aria-invalid={fault ? true : undefined}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setOpen(true);
          setActive(-1);
          setFault(undefined);
        }}
        onKeyDown={press}
        onPaste={(event) => {
          const pasted = event.clipboardData.getData("text");
          if (/[,;\n]/.test(pasted) && take(pasted, true)) event.preventDefault();
        }}
        onBlur={() => {
          setOpen(false);
          if (text.trim() !== "") take(text, true);
        }}
      />
      <span id={`${id}-help`} className="only-read">
        {t("compose.addHelp")}
      </span>
      <div id={`${id}-list`} role="listbox" aria-label={t("compose.add")} className={styles.suggestions} hidden={!shown}>
        {items.map((item, index) => (
          <Suggestion key={item.id} id={`${id}-${index}`} item={item} active={index === active} onChoose={() => choose(item)} />
        ))}
      </div>
      <ErrorLine text={fault} />
    </div>
  );
}

function Suggestion(props: { id: string; item: ContactLine; active: boolean; onChoose: () => void }) {
  const { item } = props;
  const t = useT();
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (props.active) row.current?.scrollIntoView({ block: "nearest" });
  }, [props.active]);
  return (
    // Options are reached from the field with the arrow keys (ARIA combobox); the pointer presses them.
    <div
      ref={row}
      id={props.id}
      role="option"
      tabIndex={-1}
      aria-selected={props.active}
      onPointerDown={(event) => {
        // Keeps the focus in the field.
        event.preventDefault();
        props.onChoose();
      }}
    >
      <span>
        <strong>{nameOf(item.party)}</strong>
        {item.party.name ? <span className="small soft">{item.party.address}</span> : null}
      </span>
      <span className="small soft">
        {item.in_house ? t("compose.inHouse") : item.kind === "partner" ? t("compose.partner") : (item.phone_masked ?? "")}
      </span>
    </div>
  );
}

/** A value that has stopped changing for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), WAIT_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return useDeferredValue(settled);
}
