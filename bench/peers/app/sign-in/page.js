import { signInWith } from "./actions";

export const dynamic = "force-dynamic";

export default function Page() {
  return (
    <form action={signInWith}>
      <input type="hidden" name="connection" value="portal" />
      <button type="submit">Sign in</button>
    </form>
  );
}
