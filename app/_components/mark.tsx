/** Our own sign: a small portico. */
export function Mark({ className = "size-6" }: { className?: string }) {
  return (
    <svg viewBox="4 4 24 25" className={className} fill="currentColor" aria-hidden="true">
      <path d="M16 5.5 27 12H5zM6.5 13.5h19v2h-19zM8 17h3v7H8zm6.5 0h3v7h-3zM21 17h3v7h-3zM5.5 25.5h21V28h-21z" />
    </svg>
  );
}
