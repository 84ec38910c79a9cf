/** Form fields: native elements with their label, help and error tied together. */

import { useId } from "react";
import { Icon } from "./Icon";

interface Frame {
  label: string;
  help?: string | undefined;
  error?: string | undefined;
  /** The label is for screen readers only: the place says what it is. */
  hideLabel?: boolean | undefined;
}

function useFrame({ label, help, error, hideLabel }: Frame) {
  const id = useId();
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(" ");
  return {
    attributes: {
      id,
      ...(described ? { "aria-describedby": described } : {}),
      ...(error ? { "aria-invalid": true } : {}),
    },
    head: (
      <label htmlFor={id} className={hideLabel ? "only-read" : "field-label"}>
        {label}
      </label>
    ),
    foot: (
      <>
        {help ? (
          <p className="field-help" id={`${id}-help`}>
            {help}
          </p>
        ) : null}
        <ErrorLine id={`${id}-error`} text={error} />
      </>
    ),
  };
}

export function ErrorLine({ id, text }: { id?: string; text: string | undefined }) {
  return text ? (
    <p className="field-error" id={id} role="alert">
      <Icon name="warn" size={16} />
      <span>{text}</span>
    </p>
  ) : null;
}

type InputProps = Frame &
  Omit<React.ComponentProps<"input">, "id" | "onChange" | "value"> & {
    value: string;
    onChange: (value: string) => void;
    after?: React.ReactNode;
  };

export function TextField({ label, help, error, hideLabel, after, onChange, ...input }: InputProps) {
  const frame = useFrame({ label, help, error, hideLabel });
  return (
    <div className="field">
      {frame.head}
      <div className="field-box">
        <input {...input} {...frame.attributes} onChange={(event) => onChange(event.target.value)} />
        {after}
      </div>
      {frame.foot}
    </div>
  );
}

type AreaProps = Frame &
  Omit<React.ComponentProps<"textarea">, "id" | "onChange" | "value"> & { value: string; onChange: (value: string) => void };

export function TextArea({ label, help, error, hideLabel, onChange, ...area }: AreaProps) {
  const frame = useFrame({ label, help, error, hideLabel });
  return (
    <div className="field">
      {frame.head}
      <textarea {...area} {...frame.attributes} onChange={(event) => onChange(event.target.value)} />
      {frame.foot}
    </div>
  );
}

type ChoiceProps<T extends string> = Frame &
  Omit<React.ComponentProps<"select">, "id" | "onChange" | "value"> & {
    value: T;
    onChange: (value: T) => void;
    options: readonly { value: T; label: string }[];
  };

export function Choice<T extends string>({ label, help, error, hideLabel, options, onChange, ...select }: ChoiceProps<T>) {
  const frame = useFrame({ label, help, error, hideLabel });
  return (
    <div className="field">
      {frame.head}
      <select {...select} {...frame.attributes} onChange={(event) => onChange(event.target.value as T)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {frame.foot}
    </div>
  );
}

export function Check(props: {
  label: React.ReactNode;
  help?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div className="check">
      <input
        type="checkbox"
        id={id}
        checked={props.checked}
        disabled={props.disabled}
        onChange={(event) => props.onChange(event.target.checked)}
        {...(props.help ? { "aria-describedby": `${id}-help` } : {})}
      />
      <div>
        <label htmlFor={id}>{props.label}</label>
        {props.help ? (
          <p className="field-help" id={`${id}-help`}>
            {props.help}
          </p>
        ) : null}
      </div>
    </div>
  );
}

/** One of a few, all in sight. */
export function Segments<T extends string>(props: {
  label: string;
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: string }[];
  showLabel?: boolean;
}) {
  const name = useId();
  return (
    <fieldset className="segments">
      <legend className={props.showLabel ? "field-label" : "only-read"}>{props.label}</legend>
      <div className="segments-row">
        {props.options.map((option) => (
          <label key={option.value} className="segment">
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={props.value === option.value}
              onChange={() => props.onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
