import type { NextRequest } from "next/server";
import { orTooManyRequests } from "@/app/_plain-page";
import { authJsGet, notAllowed } from "@/lib/auth/trip/handlers";

export async function GET(
  request: NextRequest,
  { params }: RouteContext<"/api/auth/[...nextauth]">,
) {
  return orTooManyRequests(authJsGet(request, (await params).nextauth));
}

export function HEAD() {
  return notAllowed("GET");
}
