import { Icon, type IconName } from "@/ui/Icon";
import styles from "./pickup.module.css";

/** A native button in the house's dress: the guest's page goes without the component library. */
export function Act(props: {
  kind?: "primary" | "plain" | "quiet";
  icon?: IconName;
  label: string;
  bare?: boolean;
  busy?: boolean;
  disabled?: boolean;
  submit?: boolean;
  wide?: boolean;
  onPress?: () => void;
}) {
  const classes = ["button", props.kind ?? "plain", props.bare && "bare", props.wide && "wide"];
  return (
    <button
      type={props.submit ? "submit" : "button"}
      className={classes.filter(Boolean).join(" ")}
      disabled={props.disabled}
      aria-busy={props.busy || undefined}
      data-pending={props.busy || undefined}
      aria-label={props.bare ? props.label : undefined}
      onClick={() => (props.busy ? undefined : props.onPress?.())}
    >
      {props.icon ? <Icon name={props.icon} /> : null}
      {props.bare ? null : <span>{props.label}</span>}
    </button>
  );
}

export function Notice(props: { icon: IconName; title: string; children: React.ReactNode }) {
  return (
    <section className={styles.notice}>
      <span className={styles.noticeIcon}>
        <Icon name={props.icon} size={26} />
      </span>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}
