import { useT } from "@/i18n";
import { Empty } from "@/ui/pieces";

export function NothingOpen() {
  const t = useT();
  return (
    <Empty icon="unread" title={t("mail.pick")}>
      {t("mail.pickHint")}
    </Empty>
  );
}
