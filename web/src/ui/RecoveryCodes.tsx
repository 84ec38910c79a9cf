import { useT } from "@/i18n";
import { Button } from "./Button";
import { CopyButton } from "./CopyButton";

/** Recovery codes, shown once, with ways to keep them. */
export function RecoveryCodes({ codes, login }: { codes: readonly string[]; login: string }) {
  const t = useT();
  const text = codes.join("\n");
  const save = () => {
    const file = URL.createObjectURL(new Blob([`${t("recovery.file", { login })}\n\n${text}\n`], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = file;
    link.download = "wardpost-recovery-codes.txt";
    link.click();
    setTimeout(() => URL.revokeObjectURL(file), 10_000);
  };
  return (
    <div className="recovery">
      <ol>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className="row">
        <CopyButton text={text} label={t("recovery.copy")} />
        <Button icon="download" label={t("recovery.download")} onPress={save} />
      </div>
    </div>
  );
}
