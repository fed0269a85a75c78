const strokes = {
  check: "m8 12.5 2.75 2.750L16 9.5",
  care: "M12 7.5v5.5m0 3.250v.01",
  pause: "M8 12h8",
  waiting: "M12 7.5V12l3 2",
  resting: "M9.5 9h5l-5 6h5",
  hold: "M10 9v6m4-6v6",
  onward: "M8 12h8m-3.5-3.5L16 12l-3.5 3.5",
};

/** A sign in a circle, drawn by stroke so that it survives forced colours. Never alone: a word stands beside it. */
export function Icon({ sign, className }: { sign: keyof typeof strokes; className: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      className={className}
      fill="none"
      stroke="currentColor"
      aria-hidden="true"
    >
      <circle cx="12" cy="12" r="9" strokeWidth="1.75" />
      <path d={strokes[sign]} strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
