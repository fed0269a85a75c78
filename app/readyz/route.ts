import { type Readiness, readiness } from "@/lib/process/readiness";

export const dynamic = "force-dynamic";

const SAID: Record<Readiness, string> = {
  ready: "ready",
  silent: "the database does not answer",
  read_only: "the database can only be read",
};

/** Whether the app can serve: its database answers, and takes writes. */
export async function GET() {
  const answer = await readiness();
  return new Response(`${SAID[answer]}\n`, {
    status: answer === "ready" ? 200 : 503,
    headers: { "cache-control": "no-store" },
  });
}
