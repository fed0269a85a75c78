"use client";

import { useState } from "react";
import { type HandedOver, received } from "../../_components/handed-over";
import { LinkRows, type RowList } from "./link-rows";

/** Rows with nothing to press but themselves. In a browser that was sent their markup they are left as they stand. */
export function StillRows({ rows }: { rows: HandedOver<RowList> }) {
  const list = received(rows);
  if (list) return <LinkRows {...list} id={"at" in rows ? rows.at : undefined} />;
  return "at" in rows && <Standing at={rows.at} />;
}

function Standing({ at }: { at: string }) {
  const [markup] = useState(() => markupAt(at));
  return (
    <ul
      id={at}
      className="link-list"
      // biome-ignore lint/security/noDangerouslySetInnerHtml: it is what React has made itself, and stays where it is
      dangerouslySetInnerHTML={{ __html: markup }}
    />
  );
}

const seen = new Map<string, string>();

/** Remembered for a person who goes back to this page from one that has taken its place. */
function markupAt(at: string): string {
  if (typeof document === "undefined") return ""; // no one waits for this document any more
  const markup = document.getElementById(at)?.innerHTML ?? seen.get(at) ?? "";
  seen.set(at, markup);
  return markup;
}
