import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Empty, Failure, Skeleton } from "@/ui/pieces";
import { GiveMandate } from "./GiveMandate";
import { MandateTable } from "./MandateTable";
import { mandatesQuery } from "./queries";

/** Administration: everybody's mandates. */
export function Mandates() {
  const t = useT();
  const [giving, setGiving] = useState(false);
  const all = useQuery(mandatesQuery(true));
  return (
    <>
      <header className="page-head">
        <div>
          <h1>{t("admin.mandates")}</h1>
          <p className="soft">{t("mandate.lead")}</p>
        </div>
        <Button kind="primary" icon="plus" label={t("mandate.give")} onPress={() => setGiving(true)} />
      </header>
      {all.error && !all.data ? <Failure error={all.error} onRetry={() => void all.refetch()} /> : null}
      {all.isPending ? <Skeleton rows={3} /> : null}
      {all.data?.length === 0 ? <Empty icon="people" title={t("mandate.none")} /> : null}
      {all.data && all.data.length > 0 ? <MandateTable rows={all.data} label={t("admin.mandates")} /> : null}
      {giving ? <GiveMandate all onClose={() => setGiving(false)} /> : null}
    </>
  );
}

/** Settings: those that one gave, and those that one holds. */
export function Cover() {
  const t = useT();
  const [giving, setGiving] = useState(false);
  const mine = useQuery(mandatesQuery(false));
  return (
    <section className="panel">
      <header className="page-head">
        <h2>{t("mandate.title")}</h2>
        <Button icon="plus" label={t("mandate.give")} onPress={() => setGiving(true)} />
      </header>
      <p>{t("mandate.lead")}</p>
      {mine.error && !mine.data ? <Failure error={mine.error} onRetry={() => void mine.refetch()} /> : null}
      {mine.isPending ? <Skeleton rows={2} /> : null}
      {mine.data?.length === 0 ? <p className="soft">{t("mandate.none")}</p> : null}
      {mine.data && mine.data.length > 0 ? <MandateTable rows={mine.data} label={t("mandate.title")} /> : null}
      {giving ? <GiveMandate all={false} onClose={() => setGiving(false)} /> : null}
    </section>
  );
}
