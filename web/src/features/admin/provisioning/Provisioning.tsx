import { useMay } from "@/app/session";
import { useT } from "@/i18n";
import { CopyButton } from "@/ui/CopyButton";
import { useTitle } from "@/ui/title";
import { GivenRoles } from "./GivenRoles";
import { Programs } from "./Programs";
import { Requests } from "./Requests";
import { Tokens } from "./Tokens";
import styles from "../admin.module.css";

/** Letting an identity provider keep people's accounts (SCIM): who may come in, with what, and what it did. */
export function Provisioning() {
  const t = useT();
  const may = useMay();
  useTitle(t("provisioning.title"));
  const address = `${window.location.origin}/scim/v2`;
  return (
    <div className={`${styles.sections} split`}>
      <header>
        <h1>{t("provisioning.title")}</h1>
        <p className="soft">{t("provisioning.lead")}</p>
      </header>
      <section className="panel">
        <h2>{t("provisioning.address")}</h2>
        <p>{t("provisioning.addressText")}</p>
        <p className={styles.link}>
          <code>{address}</code>
        </p>
        <div className="row">
          <CopyButton text={address} />
        </div>
      </section>
      <Programs />
      {may("identity.manage") ? (
        <>
          <Tokens />
          <GivenRoles />
          <Requests />
        </>
      ) : null}
    </div>
  );
}
