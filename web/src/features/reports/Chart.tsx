import { useId } from "react";
import { useFormats, useT } from "@/i18n";
import { ceiling, type Bars, type ChartVerdict } from "./period";
import styles from "./reports.module.css";

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 36;
const BELOW = 26;
const TOP = 8;
/** Gaps left and right of a bar, as a share of its place. */
const GAP = 0.18;

/** Bars over time, stacked by verdict. Told apart by pattern, not by colour alone; the same numbers stand in the table. */
export function Chart({ bars, step }: { bars: Bars; step: "day" | "week" | "month" }) {
  const t = useT();
  const formats = useFormats();
  const id = useId();
  const total = bars.totals.reduce((a, b) => a + b, 0);
  if (total === 0) return <p className="soft">{t("report.chartNone")}</p>;
  const top = ceiling(Math.max(...bars.totals));
  const plot = HEIGHT - TOP - BELOW;
  const y = (n: number) => TOP + plot - (n / top) * plot;
  const place = (WIDTH - LEFT) / bars.starts.length;
  const most = bars.starts[bars.totals.indexOf(Math.max(...bars.totals))] ?? "";
  // As many dates below as can stand beside each other.
  const every = Math.ceil(bars.starts.length / 8);
  const label = t("report.chartLabel", { step: t(`report.step.${step}`), total: formats.number(total), most: formats.date(most) });
  return (
    <figure className={styles.chart}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        <Patterns id={id} />
        {[0, top / 2, top].filter(Number.isInteger).map((n) => (
          <g key={n} className={styles.axis}>
            <line x1={LEFT} x2={WIDTH} y1={y(n)} y2={y(n)} />
            <text x={LEFT - 6} y={y(n) + 4} textAnchor="end">
              {formats.number(n)}
            </text>
          </g>
        ))}
        {bars.starts.map((start, at) => {
          let below = 0;
          return (
            <g key={start}>
              {bars.stacks.map(({ verdict, steps }) => {
                const n = steps[at] ?? 0;
                if (n === 0) return null;
                const from = below;
                below += n;
                return (
                  <rect
                    key={verdict}
                    className={styles[verdict]}
                    fill={`url(#${id}-${verdict})`}
                    x={LEFT + at * place + place * GAP}
                    width={place * (1 - 2 * GAP)}
                    y={y(below)}
                    height={y(from) - y(below)}
                  />
                );
              })}
              {at % every === 0 ? (
                <text className={styles.when} x={LEFT + (at + 0.5) * place} y={HEIGHT - 8} textAnchor="middle">
                  {shortDay(start)}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
      <figcaption>
        <ul className={styles.legend}>
          {bars.stacks.map(({ verdict }) => (
            <li key={verdict}>
              <svg viewBox="0 0 18 14" width="18" height="14" aria-hidden="true" focusable="false">
                <rect className={styles[verdict]} fill={`url(#${id}-${verdict})`} x="0.5" y="0.5" width="17" height="13" />
              </svg>
              {t(`sensitivity.${verdict}`)}
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}

/** Day and month, as numbers: short enough to stand under a bar. */
const shortDay = (start: string) => {
  const [, month, day] = start.split("-");
  return `${Number(day)}/${Number(month)}`;
};

const STROKES: Record<ChartVerdict, React.ReactNode> = {
  unreadable: <circle cx="3" cy="3" r="1.3" />,
  identifier: <path d="M0 6 6 0" />,
  health: null,
  health_many: <path d="M0 3h6M3 0v6" />,
};

function Patterns({ id }: { id: string }) {
  return (
    <defs>
      {(Object.keys(STROKES) as ChartVerdict[]).map((verdict) => (
        <pattern key={verdict} id={`${id}-${verdict}`} className={`${styles.pattern} ${styles[verdict]}`} width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" className={styles.ground} />
          {STROKES[verdict]}
        </pattern>
      ))}
    </defs>
  );
}
