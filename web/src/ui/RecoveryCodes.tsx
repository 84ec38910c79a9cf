import { useT } from "@/i18n";
import { Button } from "./Button";
import { CopyButton } from "./CopyButton";
import { saveFile } from "./saveFile";

/** Recovery codes, shown once, with ways to keep them. */
export function RecoveryCodes({ codes, login }: { codes: readonly string[]; login: string }) {
  const t = useT();
  const text = codes.join("\n");
  const save = () => saveFile("wardpost-recovery-codes.txt", `${t("recovery.file", { login })}\n\n${text}\n`);
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
