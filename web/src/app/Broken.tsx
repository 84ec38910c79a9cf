import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useT } from "@/i18n";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/pieces";

/** An address without a page, with everything around it that whoever is signed in goes on by. */
export function NotFound() {
  const t = useT();
  return (
    <div className="page nothing">
      <Empty
        heading
        icon="search"
        title={t("app.notFound")}
        action={
          <Link to="/" className="button primary">
            {t("app.home")}
          </Link>
        }
      >
        {t("app.notFoundHelp")}
      </Empty>
    </div>
  );
}

/** A screen failed. After an update the old code may be gone from the server: loading anew mends that. */
export function Broken({ error }: { error: unknown }) {
  const t = useT();
  useEffect(() => console.error(error), [error]);
  return (
    <main>
      <Empty
        heading
        icon="warn"
        title={t("app.failed")}
        action={<Button icon="refresh" label={t("app.reload")} onPress={() => location.reload()} />}
      />
    </main>
  );
}
