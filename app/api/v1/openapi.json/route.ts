import { openApi } from "@/lib/api/openapi";
import { allBut } from "@/lib/api/refusals";

export function GET(request: Request) {
  return openApi(request);
}

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = allBut("GET");
