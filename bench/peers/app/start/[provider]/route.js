import { signIn } from "../../../auth-js.mjs";

/** What a portal's own dashboard would lead to. */
export async function GET(_request, { params }) {
  await signIn((await params).provider, { redirectTo: "/dashboard" });
}
