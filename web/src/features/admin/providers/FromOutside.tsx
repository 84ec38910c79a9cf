import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useT } from "@/i18n";
import { givenRolesQuery } from "../provisioning/queries";

/** Which roles are offered here, and where that is set. */
export function FromOutside() {
  const t = useT();
  const none = useQuery(givenRolesQuery).data?.every((one) => !one.given);
  return (
    <p className="small soft">
      {t(none ? "providers.noRoles" : "providers.onlyRoles")} <Link to="/admin/provisioning">{t("provisioning.roles")}</Link>
    </p>
  );
}
