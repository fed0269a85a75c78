"use client";

import { type MouseEvent, type ReactNode, useEffect } from "react";
import { useFormStatus } from "react-dom";
import { button } from "./button";

type Props = {
  children: ReactNode;
  pendingLabel: string;
  look?: keyof typeof button;
  wide?: boolean;
  /** The id of what tells it from others that read alike. */
  describedBy?: string;
};

/** Says that the form is on its way, and sends it once only. */
export function SubmitButton({
  children,
  pendingLabel,
  look = "primary",
  wide = false,
  describedBy,
}: Props) {
  const { pending } = useFormStatus();
  useFreshPageAfterBack(pending);

  // Not `disabled`: that would take the focus away from the button just pressed.
  const guard = (event: MouseEvent) => {
    if (pending) event.preventDefault();
  };

  return (
    <>
      <button
        type="submit"
        aria-disabled={pending}
        aria-describedby={describedBy}
        onClick={guard}
        className={`${button[look]} ${wide ? "w-full" : ""} aria-disabled:cursor-progress aria-disabled:opacity-80`}
      >
        {pending ? pendingLabel : children}
      </button>
      <span aria-live="polite" className="sr-only">
        {pending ? pendingLabel : ""}
      </span>
    </>
  );
}

/** Back from the portal, the browser may show this page as it was left: waiting, for good. */
function useFreshPageAfterBack(pending: boolean) {
  useEffect(() => {
    if (!pending) return;
    const reload = (event: PageTransitionEvent) => {
      if (event.persisted) window.location.reload();
    };
    window.addEventListener("pageshow", reload);
    return () => window.removeEventListener("pageshow", reload);
  }, [pending]);
}
