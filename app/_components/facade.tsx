/** The building we are named after, drawn in hairlines around what matters. Decoration throughout. */

export function Pediment() {
  return (
    <div aria-hidden="true" className="relative">
      <svg
        viewBox="0 0 400 60"
        preserveAspectRatio="none"
        className="block h-14 w-full text-stone sm:h-18"
        fill="none"
        stroke="currentColor"
        aria-hidden="true"
      >
        <path d="M1 59.5 200 1l199 58.5z" vectorEffect="non-scaling-stroke" />
        <path d="M34 55.5 200 7l166 48.5z" vectorEffect="non-scaling-stroke" />
      </svg>
      <div className="absolute inset-x-0 bottom-3 mx-auto size-4 rounded-full border-2 border-accent sm:bottom-4 sm:size-5" />
    </div>
  );
}

export function Column({ className = "" }: { className?: string }) {
  return (
    <div aria-hidden="true" className={`flex w-10 shrink-0 flex-col items-center ${className}`}>
      <div className="h-2 w-10 border border-stone border-t-0" />
      <div className="h-1.5 w-9 rounded-b-full border border-stone border-t-0" />
      <div className="fluted w-7 flex-1" />
      <div className="h-1.5 w-9 rounded-t-full border border-stone border-b-0" />
      <div className="h-2 w-10 border border-stone border-b-0" />
    </div>
  );
}

export function Steps() {
  return (
    <div aria-hidden="true">
      <div className="-mx-2 h-2 border border-stone" />
      <div className="-mx-4 -mt-px h-2.25 border border-stone" />
    </div>
  );
}
