import { links } from "@/lib/api/calls/links";
import { allBut } from "@/lib/api/refusals";

export function GET(request: Request) {
  return links(request);
}

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = allBut("GET");
