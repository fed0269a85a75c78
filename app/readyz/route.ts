import { isReady } from "@/lib/process/readiness";

export const dynamic = "force-dynamic";

/** Whether the app can serve: its database answers. */
export async function GET() {
  const ready = await isReady();
  return new Response(ready ? "ready\n" : "the database does not answer\n", {
    status: ready ? 200 : 503,
    headers: { "cache-control": "no-store" },
  });
}
