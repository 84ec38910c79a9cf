import type { Route } from "@/api/types";
import { useT } from "@/i18n";

/** How a message travels, as a small line: it stays, goes through a closed pipe, waits to be fetched, or can't go. */
const LINES: Record<Route, React.ReactNode> = {
  inside: (
    <>
      <path d="M3 8.5 14 2.5l11 6v5H3z" />
      <circle cx="10" cy="10.6" r="1.4" className="fill" />
      <circle cx="18" cy="10.6" r="1.4" className="fill" />
      <path d="M11.5 10.6h5" />
    </>
  ),
  verified_tls: (
    <>
      <circle cx="3.6" cy="8" r="2" className="fill" />
      <circle cx="24.4" cy="8" r="2" className="fill" />
      <path d="M7.5 5.4h13M7.5 10.6h13" />
    </>
  ),
  pickup: (
    <>
      <circle cx="3.6" cy="8" r="2" className="fill" />
      <path d="M7 8h3" />
      <path d="M11 4.4h7.4v7.2H11zM11.2 4.8l3.5 3.4 3.5-3.4" />
      <path d="M24.6 8h-4m1.6-2-2 2 2 2" />
    </>
  ),
  none: (
    <>
      <circle cx="3.6" cy="8" r="2" className="fill" />
      <path d="M7 8h4M12.4 5.4l5.2 5.2M17.6 5.4l-5.2 5.2" />
      <circle cx="24.4" cy="8" r="2" />
    </>
  ),
};

export function RouteMark({ route, label = true }: { route: Route; label?: boolean }) {
  const t = useT();
  return (
    <span className="route" data-route={route}>
      <svg viewBox="0 0 28 16" width="28" height="16" aria-hidden="true" focusable="false">
        {LINES[route]}
      </svg>
      {label ? <span>{t(`route.${route}`)}</span> : null}
    </span>
  );
}
