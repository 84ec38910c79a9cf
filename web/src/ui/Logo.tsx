/** The mark: an envelope whose flap is the W of Wardpost. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false" className="mark">
      <path
        d="M6 8.5 11.2 21 16 12.8 20.8 21 26 8.5M4 8.5h24v15H4z"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.2"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}

export function Logo({ size = 28 }: { size?: number }) {
  return (
    <span className="logo">
      <Mark size={size} />
      <span>Wardpost</span>
    </span>
  );
}
