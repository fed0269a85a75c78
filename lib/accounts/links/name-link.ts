import "server-only";
import { z } from "zod";
import { database } from "@/lib/db/database";
import { shownText } from "@/lib/portals/text";
import { LONGEST_LABEL } from "./longest-label";

const Label = z.string().max(LONGEST_LABEL);

/**
 * Gives a user's own link the name by which they know it; an empty one takes it away.
 * @returns its connection; null where it is not theirs, or is gone; `refused` where the name cannot be one
 */
export async function nameLink(
  user: { id: string },
  link: string,
  name: string,
): Promise<{ connection: string } | null | "refused"> {
  const label = Label.safeParse(name.trim());
  if (!label.success) return "refused";
  const db = await database();
  const [row] = await db.account.updateManyAndReturn({
    where: { id: link, userId: user.id },
    data: { label: shownText.parse(label.data) },
    select: { provider: true },
  });
  return row ? { connection: row.provider } : null;
}
