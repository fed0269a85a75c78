import "server-only";
import { noticingAbsence } from "@/lib/db/absence";
import { transaction } from "@/lib/db/transaction";
import type { Claim } from "./claim";
import { pauseAfter } from "./persistence";

/** As much of a claim as is known before it is made. */
type Lease = Pick<Claim, "link" | "owner" | "reference">;

/**
 * Gives a lease back, as soon as the database is there, that may have been taken without our hearing of it: the portal was not
 * asked under it. Otherwise the link would wait until the lease is free to all.
 * @param tryFor seconds after which that is so anyway
 */
export async function disclaim(lease: Lease, tryFor: number): Promise<void> {
  const deadline = Date.now() + tryFor * 1000;
  for (let failures = 1; Date.now() < deadline; failures += 1) {
    await pauseAfter(failures);
    const isDone = await noticingAbsence(() => giveBack(lease)).then(
      () => true,
      () => false,
    );
    if (isDone) return;
  }
}

/** The link is locked first, as by a claim. A later claim has closed the journal row, and its lease is left alone. */
async function giveBack({ link: id, owner: leaseOwner, reference }: Lease) {
  await transaction(async (tx) => {
    const ours = { id, leaseOwner };
    await tx.account.updateMany({ where: ours, data: { leaseOwner } });
    const { count } = await tx.refreshAttempt.updateMany({
      where: { accountId: id, reference, outcome: null },
      data: { outcome: "unavailable", reason: "not_asked", endedAt: new Date() },
    });
    if (count === 0) return;
    await tx.account.updateMany({ where: ours, data: { leaseOwner: null, leaseUntil: null } });
  });
}
