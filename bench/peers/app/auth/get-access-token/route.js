import { betterAuthWith } from "../../../auth.mjs";

export const dynamic = "force-dynamic";

let auth;

export function POST(request) {
  auth ??= betterAuthWith(process.env);
  return auth.handler(request);
}
