import { token } from "@/lib/api/calls/token";
import { allBut } from "@/lib/api/refusals";

export async function POST(request: Request, { params }: RouteContext<"/api/v1/links/[id]/token">) {
  return token(request, (await params).id);
}

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = allBut("POST");
