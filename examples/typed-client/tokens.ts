import createClient from "openapi-fetch";
import type { paths } from "./portico.js";

const { PORTICO_URL: baseUrl = "http://localhost:3000", PORTICO_KEY: key } = process.env;
const portico = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${key}` } });

const { data, error } = await portico.GET("/api/v1/links", { params: { query: { limit: 10 } } });
if (error) throw new Error(error.detail);
for (const { id, connection } of data.links) {
  const link = { params: { path: { id } }, body: { min_ttl: 600 } };
  const { data: answer, error: problem } = await portico.POST("/api/v1/links/{id}/token", link);
  if (!answer) console.log(connection, problem.detail);
  else if (!answer.active) console.log(connection, answer.error, answer.connect_url);
  else console.log(connection, answer.token.scheme, answer.token.expires_at); // and `access_token`
}
