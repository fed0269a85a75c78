/** Whether the process answers at all. */
export function GET() {
  return new Response("ok\n", { headers: { "cache-control": "no-store" } });
}
