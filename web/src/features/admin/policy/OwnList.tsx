import { useState, type ReactNode } from "react";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import styles from "../admin.module.css";

interface Props<T> {
  title: string;
  help: string;
  /** Said behind the help while there is nothing. */
  none: string;
  items: readonly T[];
  /** What stands in the list of one. */
  told: (one: T) => ReactNode;
  /** What one is called on the button that takes it out. */
  called: (one: T) => string;
  /** The label of the button that opens the form. */
  add: string;
  form: (onAdd: (one: T) => void, onCancel: () => void) => ReactNode;
  editable: boolean;
  onChange: (items: T[]) => void;
}

/** Things of the organisation's own: a list, a button that takes one out, and a form for one more. */
export function OwnList<T>({ title, help, none, items, told, called, add, form, editable, onChange }: Props<T>) {
  const t = useT();
  const [adding, setAdding] = useState(false);
  const done = (one: T) => {
    onChange([...items, one]);
    setAdding(false);
  };
  return (
    <div className={styles.own}>
      <h3>{title}</h3>
      <p className="small soft">{items.length > 0 ? help : `${help} ${none}`}</p>
      <ul className={styles.ownList}>
        {items.map((one, index) => (
          <li key={index}>
            {told(one)}
            {editable ? (
              <Button
                kind="quiet"
                small
                icon="trash"
                bare
                label={t("policy.remove", { what: called(one) })}
                onPress={() => onChange(items.filter((_, at) => at !== index))}
              />
            ) : null}
          </li>
        ))}
      </ul>
      {editable && adding ? form(done, () => setAdding(false)) : null}
      {editable && !adding ? <Button small icon="plus" label={add} onPress={() => setAdding(true)} /> : null}
    </div>
  );
}

/** The form for one more, with its two buttons. */
export function Adding(props: { legend: string; onAdd: () => void; onCancel: () => void; children: ReactNode }) {
  const t = useT();
  return (
    <fieldset className={styles.adding}>
      <legend>{props.legend}</legend>
      <div className={styles.inline}>{props.children}</div>
      <div className="row">
        <Button kind="primary" small label={t("policy.add")} onPress={props.onAdd} />
        <Button kind="quiet" small label={t("do.cancel")} onPress={props.onCancel} />
      </div>
    </fieldset>
  );
}
