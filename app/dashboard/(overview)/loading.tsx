import { dashboard } from "@/messages/en";

/** Stands in for the page for a moment. */
export default function DashboardLoading() {
  return (
    <div data-waiting className="mx-auto max-w-5xl px-4 pt-24 sm:px-8 sm:pt-28">
      <WithoutScripts />
      <p role="status" className="font-serif text-3xl text-ink-soft tracking-tight sm:text-4xl">
        {dashboard.loading}
      </p>
    </div>
  );
}

/**
 * React sends the page after this one, hidden, for a script to put in its place. Where there is none, show it as it comes.
 * In the base layer, because an important rule there, such as Tailwind's for `hidden`, wins over any outside.
 */
function WithoutScripts() {
  return (
    <noscript>
      <style>{`@layer base { [data-waiting] { display: none } body > [hidden][id^="S:"] { display: block !important } }`}</style>
    </noscript>
  );
}
