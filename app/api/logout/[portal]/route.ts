import type { NextRequest } from "next/server";
import { notAllowed, portalLogout } from "@/lib/auth/trip/handlers";

export async function GET(request: NextRequest, { params }: RouteContext<"/api/logout/[portal]">) {
  return portalLogout(request, (await params).portal);
}

export const POST = GET;

export function HEAD() {
  return notAllowed("GET, POST");
}
