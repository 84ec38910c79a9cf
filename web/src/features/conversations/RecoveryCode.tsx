import { useState } from "react";
import { useSession } from "@/app/session";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { CopyButton } from "@/ui/CopyButton";
import { Check } from "@/ui/Field";
import { Banner } from "@/ui/pieces";
import { saveFile } from "@/ui/saveFile";
import styles from "./conversations.module.css";

/** The recovery code, shown this once, with ways to keep it; one goes on when it is kept. */
export function RecoveryCode({ code, onKept }: { code: string; onKept: () => void }) {
  const t = useT();
  const { person } = useSession();
  const [kept, setKept] = useState(false);
  const said = t("conversation.codeFile", { login: person.login });
  return (
    <section className="panel">
      <h2>{t("conversation.code")}</h2>
      <p>{t("conversation.codeText")}</p>
      <div className={styles.codeSheet} data-print="">
        <p className={styles.printOnly}>{said}</p>
        <code className={styles.recoveryCode}>{code}</code>
      </div>
      <div className="row">
        <CopyButton text={code} label={t("conversation.codeCopy")} />
        <Button icon="print" label={t("conversation.codePrint")} onPress={() => window.print()} />
        <Button icon="download" label={t("conversation.codeDownload")} onPress={() => saveFile("wardpost-recovery-code.txt", `${said}\n\n${code}\n`)} />
      </div>
      <Banner tone="warn">{t("conversation.codeWarn")}</Banner>
      <Check label={t("conversation.codeKept")} checked={kept} onChange={setKept} />
      <Button kind="primary" label={t("conversation.goOn")} isDisabled={!kept} onPress={onKept} />
    </section>
  );
}
