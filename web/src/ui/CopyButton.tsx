import { useState } from "react";
import { useT } from "@/i18n";
import { Button } from "./Button";
import { useVoice } from "./toasts";

export function CopyButton({ text, label, small }: { text: string; label?: string; small?: boolean }) {
  const t = useT();
  const { announce } = useVoice();
  const [done, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    announce(t("do.copied"));
    setDone(true);
    setTimeout(() => setDone(false), 3_000);
  };
  return (
    <Button
      icon={done ? "check" : "file"}
      label={done ? t("do.copied") : (label ?? t("do.copy"))}
      small={small ?? false}
      onPress={() => void copy().catch(() => undefined)}
    />
  );
}
