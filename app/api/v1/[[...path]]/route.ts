import { answerPublicly } from "@/lib/api/answer";

export {
  answerPublicly as DELETE,
  answerPublicly as GET,
  answerPublicly as HEAD,
  answerPublicly as OPTIONS,
  answerPublicly as PATCH,
  answerPublicly as POST,
  answerPublicly as PUT,
};
