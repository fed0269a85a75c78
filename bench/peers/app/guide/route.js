import { Pool } from "pg";

/** The algorithm of the Auth.js guide "Refresh token rotation", database strategy, over HTTP. */

export const dynamic = "force-dynamic";

let pool;

/** Without a listener a database that goes away would end the process. */
function openPool() {
  return new Pool({ connectionString: process.env.DATABASE_URL, max: 10 }).on("error", () => null);
}

export async function GET(request) {
  pool ??= openPool();
  const id = new URL(request.url).searchParams.get("id");
  const found = await pool.query("SELECT * FROM guide_account WHERE id = $1", [id]);
  const [account] = found.rows;
  if (account.expires_at * 1000 >= Date.now()) return Response.json(account);
  try {
    const response = await fetch(`${process.env.PORTAL_URL}/token`, {
      method: "POST",
      body: new URLSearchParams({
        client_id: "client",
        client_secret: "client-secret",
        grant_type: "refresh_token",
        refresh_token: account.refresh_token,
      }),
    });
    const tokensOrError = await response.json();
    if (!response.ok) throw tokensOrError;
    const updated = await pool.query(
      `UPDATE guide_account SET access_token = $2, expires_at = $3, refresh_token = $4
       WHERE id = $1 RETURNING *`,
      [
        id,
        tokensOrError.access_token,
        Math.floor(Date.now() / 1000 + tokensOrError.expires_in),
        tokensOrError.refresh_token ?? account.refresh_token,
      ],
    );
    return Response.json(updated.rows[0]);
  } catch {
    return Response.json({ error: "RefreshTokenError" }, { status: 500 });
  }
}
