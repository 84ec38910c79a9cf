import { useEffect } from "react";
import { useChosenLanguage, useSwitchLanguage, useT } from "@/i18n";
import { Segments } from "@/ui/Field";
import { Logo } from "@/ui/Logo";
import { RouteMark } from "@/ui/RouteMark";
import styles from "./door.module.css";

/** The frame of the pages before the sign-in. */
export function Door(props: { title: string; lead?: string | undefined; wide?: boolean; children: React.ReactNode }) {
  const t = useT();
  const language = useChosenLanguage();
  const choose = useSwitchLanguage();
  useEffect(() => {
    document.title = `${props.title} · Wardpost`;
  }, [props.title]);
  return (
    <div className={styles.door}>
      <aside className={styles.side} aria-hidden="true">
        <Logo size={36} />
        <p className={styles.promise}>{t("door.promise")}</p>
        <ul>
          {(["inside", "verified_tls", "pickup"] as const).map((route) => (
            <li key={route}>
              <RouteMark route={route} />
            </li>
          ))}
        </ul>
      </aside>
      <main className={styles.main}>
        <div className={props.wide ? `${styles.card} ${styles.wide}` : styles.card}>
          <div className={styles.top}>
            <span className={styles.smallLogo}>
              <Logo size={26} />
            </span>
            <Segments
              label={t("language.label")}
              value={language}
              onChange={choose}
              options={[
                { value: "en", label: "English" },
                { value: "nl", label: "Nederlands" },
              ]}
            />
          </div>
          <div>
            <h1>{props.title}</h1>
            {props.lead ? <p className="soft">{props.lead}</p> : null}
          </div>
          {props.children}
        </div>
      </main>
    </div>
  );
}
