import { answerPublicly } from "@/lib/api/answer";

/** Where Next is asked: while files are edited, see lib/process/server/edge.mjs. */
async function answer(request: Request): Promise<Response> {
  const { body, ...rest } = await answerPublicly(request);
  return new Response(body, rest);
}

export {
  answer as DELETE,
  answer as GET,
  answer as HEAD,
  answer as OPTIONS,
  answer as PATCH,
  answer as POST,
  answer as PUT,
};
