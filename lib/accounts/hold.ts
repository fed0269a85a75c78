import "server-only";
import type { Transaction } from "@/lib/db/database";

/**
 * Makes every other transaction that changes this user's links wait for this one: two that each leave the other's link as
 * the last way in would otherwise leave none.
 * @returns whether there is such a user
 */
export async function holdUser(tx: Transaction, id: string): Promise<boolean> {
  const held = await tx.user.updateMany({ where: { id }, data: { updatedAt: new Date() } });
  return held.count > 0;
}
