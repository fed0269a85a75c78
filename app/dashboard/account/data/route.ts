import { exportUser } from "@/lib/accounts/people/export";
import { requireSession } from "@/lib/auth/session/current-user";

/** All that is kept about the signed-in user, as a file: what `npm run export-user` gives. */
export async function GET(): Promise<Response> {
  const { user } = await requireSession();
  const exported = await exportUser(user.id, new Date());
  return new Response(`${JSON.stringify(exported, null, 2)}\n`, {
    headers: {
      "content-type": "application/json",
      "content-disposition": `attachment; filename="my-data.json"`,
      "cache-control": "no-store",
    },
  });
}
