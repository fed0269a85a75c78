import type { NextRequest } from "next/server";
import { orTooManyRequests } from "@/app/_plain-page";
import { notAllowed, oauth1Callback } from "@/lib/auth/trip/handlers";

export async function GET(
  request: NextRequest,
  { params }: RouteContext<"/api/oauth1/[connection]/callback">,
) {
  return orTooManyRequests(oauth1Callback(request, (await params).connection));
}

export function HEAD() {
  return notAllowed("GET");
}
