import { Pool } from "pg";

/** What Next and one row cost by themselves. */

export const dynamic = "force-dynamic";

let pool;

export async function POST(request) {
  pool ??= new Pool({ connectionString: process.env.BARE_DATABASE_URL, max: 10 });
  const { id } = await request.json();
  const { rows } = await pool.query('SELECT * FROM "Account" WHERE id = $1', [id]);
  return Response.json({ provider: rows[0].provider, generation: rows[0].generation });
}
