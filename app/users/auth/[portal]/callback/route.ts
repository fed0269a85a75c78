import type { NextRequest } from "next/server";
import { notAllowed, sharedCallback } from "@/lib/auth/trip/handlers";

export async function GET(
  request: NextRequest,
  { params }: RouteContext<"/users/auth/[portal]/callback">,
) {
  return sharedCallback(request, (await params).portal);
}

export function HEAD() {
  return notAllowed("GET");
}
