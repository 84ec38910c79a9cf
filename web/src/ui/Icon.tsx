/** Wardpost's own icons: 20 × 20, one line of 1.6, drawn for this product. Decorative: the text beside says it. */

const SHAPES = {
  inbox: "M3 11.5 5.2 4h9.6L17 11.5v4.2H3zM3 11.5h4.2c.3 1.6 1.3 2.3 2.8 2.3s2.5-.7 2.8-2.3H17",
  sent: "M17 3.2 2.8 8.6l5.6 2.6zM17 3.2l-5.6 13.6-3-5.6M17 3.2 8.4 11.2",
  archive: "M3 4h14v3.4H3zM4.2 7.4h11.6V16H4.2zM8 10.4h4",
  trash: "M3.6 5.4h12.8M8 5.2V3.4h4v1.8M5.2 5.6 6 16.6h8l.8-11M8.4 8.6v5M11.6 8.6v5",
  draft: "M4 16.4V3.6h7.4L16 8.2v2M11 3.6v5h5M9 16.4l.4-2.2 4.8-4.8 1.9 1.9-4.9 4.8z",
  pen: "M4 16l.8-3.4L13.6 3.8l2.6 2.6-8.8 8.8zM11.8 5.6l2.6 2.6",
  reply: "M8 4.4 3 9.2l5 4.8M3.4 9.2H11c3.4 0 5.6 2 6 6.4",
  replyAll: "M6.6 5 2.4 9.2l4.2 4.2M11 5 6.8 9.2l4.2 4.2M7.2 9.2h4.4c3 0 5.2 1.8 5.8 6",
  forward: "M12 4.4l5 4.8-5 4.8M16.6 9.2H9c-3.4 0-5.6 2-6 6.4",
  flag: "M5 17V3.6M5 4.2h9.6l-2 3.3 2 3.3H5",
  clip: "M14.6 9.2 9.4 14.6a3 3 0 0 1-4.3-4.3l6-6.1a2 2 0 0 1 2.9 2.9l-5.7 5.8a1 1 0 0 1-1.5-1.4l5-5.2",
  search: "M8.8 3.2a5.6 5.6 0 1 1 0 11.2 5.6 5.6 0 0 1 0-11.2zM13 13l4 4",
  close: "M4.8 4.8l10.4 10.4M15.2 4.8 4.8 15.2",
  back: "M11.6 4.4 6 10l5.6 5.6",
  next: "M8.4 4.4 14 10l-5.6 5.6",
  down: "M4.6 7.4 10 12.8l5.4-5.4",
  menu: "M3 5.4h14M3 10h14M3 14.6h14",
  more: "M4.6 10h.01M10 10h.01M15.4 10h.01",
  check: "M4 10.6l4 4 8-9",
  plus: "M10 4v12M4 10h12",
  warn: "M10 3.2 18 16.8H2zM10 8.2v4M10 14.4v.01",
  info: "M10 2.8a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.4zM10 9v4.6M10 6.4v.01",
  lock: "M5 9h10v7.6H5zM7 9V6.6a3 3 0 0 1 6 0V9M10 12v1.8",
  unlock: "M5 9h10v7.6H5zM7 9V6.4a3 3 0 0 1 5.8-1",
  shield: "M10 2.8 16 5v4.6c0 3.8-2.4 6.2-6 7.6-3.6-1.4-6-3.8-6-7.6V5zM7.4 10l1.9 1.9 3.4-3.8",
  eye: "M2.4 10S5.2 5 10 5s7.6 5 7.6 5-2.8 5-7.6 5-7.6-5-7.6-5zM10 7.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4z",
  log: "M5 3.4h10v13.2H5zM7.6 7h4.8M7.6 10h4.8M7.6 13h2.8",
  people: "M7.4 4.2a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2zM2.6 16c.3-3 2-4.4 4.8-4.4s4.5 1.4 4.8 4.4M12.6 4.6a2.4 2.4 0 0 1 0 4.6M14 11.8c2 .4 3.1 1.8 3.4 4.2",
  gear: "M10 7.4a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2zM10 2.6v2.2M10 15.2v2.2M2.6 10h2.2M15.2 10h2.2M4.8 4.8l1.5 1.5M13.7 13.7l1.5 1.5M15.2 4.8l-1.5 1.5M6.3 13.7l-1.5 1.5",
  sliders: "M4 5h6M14 5h2M12 3.2v3.6M4 10h1.6M9.6 10H16M7.6 8.2v3.6M4 15h7M15 15h1M13 13.2v3.6",
  out: "M8.4 3.6H4v12.8h4.4M8 10h9M13.6 6.4 17 10l-3.4 3.6",
  clock: "M10 2.8a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.4zM10 6v4.2l2.8 1.8",
  recall: "M4 4v4.4h4.4M4.4 8.4a6.2 6.2 0 1 1-.4 3.4",
  refresh: "M16 4v4h-4M4 16v-4h4M15.6 8A6 6 0 0 0 5 6.4M4.4 12A6 6 0 0 0 15 13.6",
  file: "M5 3h6.4L15 6.6V17H5zM11 3.2V7h3.8",
  download: "M10 3v9M6.2 8.6 10 12.4l3.8-3.8M4 16.4h12",
  key: "M12.8 3.2a4 4 0 1 1-3.4 6.2L3.6 15.2V17h2.6v-1.8H8v-1.8h1.4M13.4 6.8v.01",
  phone: "M6 2.8h8v14.4H6zM9 14.8h2",
  globe: "M10 2.8a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.4zM2.8 10h14.4M10 2.8c-4 4.2-4 10.2 0 14.4M10 2.8c4 4.2 4 10.2 0 14.4",
  house: "M3 9.4 10 3.6l7 5.8M5 8v8.4h10V8M8.4 16.4v-4.6h3.2v4.6",
  unread: "M3 5h14v10.4H3zM3 5.4l7 5.4 7-5.4",
  stop: "M7 2.8h6L17.2 7v6L13 17.2H7L2.8 13V7zM7.4 7.4l5.2 5.2M12.6 7.4l-5.2 5.2",
} as const;

export type IconName = keyof typeof SHAPES;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === "more" ? 2.6 : 1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={SHAPES[name]} />
    </svg>
  );
}
