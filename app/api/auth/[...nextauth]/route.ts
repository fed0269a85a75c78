import type { NextRequest } from "next/server";
import { authJsGet, authJsPost, notAllowed } from "@/lib/auth/handlers";

type Context = RouteContext<"/api/auth/[...nextauth]">;

export async function GET(request: NextRequest, { params }: Context) {
  return authJsGet(request, (await params).nextauth);
}

export async function POST(request: NextRequest, { params }: Context) {
  return authJsPost(request, (await params).nextauth);
}

export function HEAD() {
  return notAllowed("GET");
}
