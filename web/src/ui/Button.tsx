import { Button as AriaButton, type ButtonProps as AriaProps } from "react-aria-components/Button";
import { Icon, type IconName } from "./Icon";

export interface ButtonProps extends Omit<AriaProps, "children" | "className" | "style"> {
  kind?: "primary" | "plain" | "quiet" | "danger";
  icon?: IconName;
  /** The words on it; with `bare`, the name of a button that shows its icon only. */
  label: string;
  bare?: boolean;
  /** Words that only show where there is room. */
  roomy?: boolean;
  busy?: boolean;
  /** Small, for rows. */
  small?: boolean;
  wide?: boolean;
  ref?: React.Ref<HTMLButtonElement>;
}

export function Button({ kind = "plain", icon, label, bare, roomy, busy, small, wide, onPress, type, ...rest }: ButtonProps) {
  const classes = ["button", kind, bare && "bare", roomy && "roomy", small && "small", wide && "wide"];
  return (
    <AriaButton
      {...rest}
      // Not the library's pending state: it reads the button's name aloud after the button has gone.
      type={busy ? "button" : (type ?? "button")}
      aria-disabled={busy || undefined}
      data-pending={busy || undefined}
      {...(onPress && !busy ? { onPress } : {})}
      className={classes.filter(Boolean).join(" ")}
      aria-label={bare || roomy ? label : rest["aria-label"]}
      {...(bare || roomy ? { "data-tip": label } : {})}
    >
      {icon ? <Icon name={icon} size={small ? 17 : 20} /> : null}
      {bare ? null : <span className="button-words">{label}</span>}
    </AriaButton>
  );
}
