import { headers } from "@/lib/api/calls/headers";
import { allBut } from "@/lib/api/refusals";

export async function POST(
  request: Request,
  { params }: RouteContext<"/api/v1/links/[id]/headers">,
) {
  return headers(request, (await params).id);
}

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = allBut("POST");
