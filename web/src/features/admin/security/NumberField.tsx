import { useT } from "@/i18n";
import { TextField } from "@/ui/Field";

/** A whole number within bounds. While nothing is typed it is not a number. */
export function NumberField(props: {
  label: string;
  help?: string;
  least: number;
  most: number;
  value: number;
  onChange: (value: number) => void;
}) {
  const t = useT();
  const { least, most, value } = props;
  const good = Number.isInteger(value) && value >= least && value <= most;
  return (
    <TextField
      label={props.label}
      help={props.help}
      error={good ? undefined : t("security.range", { least, most })}
      type="number"
      inputMode="numeric"
      min={least}
      max={most}
      value={Number.isNaN(value) ? "" : String(value)}
      onChange={(text) => props.onChange(text === "" ? Number.NaN : Number(text))}
    />
  );
}
