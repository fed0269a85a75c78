import { noSuchAddress } from "@/lib/api/refusals";

export {
  noSuchAddress as DELETE,
  noSuchAddress as GET,
  noSuchAddress as HEAD,
  noSuchAddress as OPTIONS,
  noSuchAddress as PATCH,
  noSuchAddress as POST,
  noSuchAddress as PUT,
};
