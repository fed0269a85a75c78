import { redirect } from "next/navigation";
import { goBackByItself } from "@/lib/auth/pages/connect-session";

/** Where a portal's answer leads when it was the only one that was asked for: back to the client, with what came of it. */
export async function GET(
  _request: Request,
  { params }: RouteContext<"/connect/s/[secret]/back">,
): Promise<Response> {
  const { secret } = await params;
  redirect(await goBackByItself(secret));
}
