const strokes = {
  check: "m8 12.5 2.75 2.750L16 9.5",
  care: "M12 7.5v5.5m0 3.250v.01",
  pause: "M8 12h8",
  waiting: "M12 7.5V12l3 2",
  resting: "M9.5 9h5l-5 6h5",
  hold: "M10 9v6m4-6v6",
  onward: "M8 12h8m-3.5-3.5L16 12l-3.5 3.5",
};

export type Sign = keyof typeof strokes;

/** A sign in a circle, drawn by stroke so that it survives forced colours. Never alone: a word stands beside it. */
export function Icon({ sign, className }: { sign: Sign; className?: string }) {
  return (
    <svg className={className} aria-hidden="true">
      <use href={`#sign-${sign}`} />
    </svg>
  );
}

/** Every sign, drawn once on a page however often it is shown. */
export function IconSprite() {
  return (
    <svg className="hidden" aria-hidden="true">
      {Object.entries(strokes).map(([sign, path]) => (
        <symbol
          key={sign}
          id={`sign-${sign}`}
          viewBox="0 0 24 24"
          fill="none"
          stroke="currentColor"
        >
          <circle cx="12" cy="12" r="9" strokeWidth="1.75" />
          <path d={path} strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
        </symbol>
      ))}
    </svg>
  );
}
