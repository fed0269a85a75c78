import type { NextRequest } from "next/server";
import { orTooManyRequests } from "@/app/_plain-page";
import { notAllowed, portalLogout } from "@/lib/auth/trip/handlers";

export async function GET(request: NextRequest, { params }: RouteContext<"/api/logout/[portal]">) {
  return orTooManyRequests(portalLogout(request, (await params).portal));
}

export const POST = GET;

export function HEAD() {
  return notAllowed("GET, POST");
}
