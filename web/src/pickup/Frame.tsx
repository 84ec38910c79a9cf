import { useEffect } from "react";
import type { PickupOpen } from "@/api/types";
import { useChosenLanguage, useSwitchLanguage, useT } from "@/i18n";
import { Segments } from "@/ui/Field";
import { Logo } from "@/ui/Logo";
import styles from "./pickup.module.css";

/** What stands around every step: who it is from, the language, and where to ask (NTA 7516: sender, help). */
export function Frame({
  opened,
  main,
  title,
  children,
}: {
  opened: PickupOpen | undefined;
  main: React.Ref<HTMLElement>;
  title: string;
  children: React.ReactNode;
}) {
  const t = useT();
  const language = useChosenLanguage();
  const choose = useSwitchLanguage();
  const known = opened && opened.state !== "unknown" && opened.org_name ? opened : undefined;
  const org = known?.org_name ?? "";
  const sender = known?.sender_name || t("pickup.theSender");
  useEffect(() => {
    document.title = org ? `${title} · ${org}` : title;
  }, [org, title]);
  return (
    <div className={styles.frame}>
      <header className={styles.top}>
        <p className={styles.org}>{org || <Logo size={22} />}</p>
        <Segments
          label={t("language.label")}
          value={language}
          onChange={choose}
          options={[
            { value: "nl", label: "NL" },
            { value: "en", label: "EN" },
          ]}
        />
      </header>
      <main ref={main} tabIndex={-1} className={styles.main}>
        <h1 className={styles.title}>{title}</h1>
        {children}
      </main>
      <footer className={styles.foot}>
        {known ? (
          <>
            <section>
              <h2>{t("pickup.who")}</h2>
              <p>{t("pickup.whoText", { sender, org })}</p>
            </section>
            <section>
              <h2>{t("pickup.ask")}</h2>
              <p>{t("pickup.askText", { org })}</p>
            </section>
          </>
        ) : null}
        <p>
          <strong>{t("pickup.emergency")}</strong> {t("pickup.privacy")}
        </p>
        {org ? (
          <p className={styles.mark}>
            <Logo size={20} />
          </p>
        ) : null}
      </footer>
    </div>
  );
}
