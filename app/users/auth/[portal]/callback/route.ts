import type { NextRequest } from "next/server";
import { orTooManyRequests } from "@/app/_plain-page";
import { notAllowed, sharedCallback } from "@/lib/auth/trip/handlers";

export async function GET(
  request: NextRequest,
  { params }: RouteContext<"/users/auth/[portal]/callback">,
) {
  return orTooManyRequests(sharedCallback(request, (await params).portal));
}

export function HEAD() {
  return notAllowed("GET");
}
