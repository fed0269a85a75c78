import "server-only";
import type { Transaction } from "@/lib/db/database";
import { linkEvent, writeEvents } from "./record";

type Link = { id: string; provider: string };

/** Tells that only its member can mend a link, once for each break, whichever way finds it. */
export async function tellBroken(tx: Transaction, { id, provider }: Link, reason: string) {
  const { count } = await tx.account.updateMany({
    where: { id, toldBroken: false },
    data: { toldBroken: true },
  });
  if (count === 0) return;
  const link = { id, provider };
  await writeEvents(tx, linkEvent(tx, { type: "link.needs_reconnect", link, reason }));
}

/** Tells that a link works again which was told to be broken. */
export async function tellRecovered(tx: Transaction, { id, provider }: Link) {
  const { count } = await tx.account.updateMany({
    where: { id, toldBroken: true },
    data: { toldBroken: false },
  });
  if (count === 0) return;
  await writeEvents(tx, linkEvent(tx, { type: "link.recovered", link: { id, provider } }));
}
