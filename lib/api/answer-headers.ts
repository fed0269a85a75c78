import "server-only";

/** The headers of answers, as the document explains them. */
export const headerDescriptions = {
  "x-request-id": {
    description:
      "Your `X-Request-Id`, or one of ours. It is in our log and in the record of vends.",
    schema: { type: "string" },
  },
  "ratelimit-policy": {
    description: "draft-ietf-httpapi-ratelimit-headers: the quota `q` of a window of `w` seconds.",
    schema: { type: "string" },
  },
  ratelimit: {
    description: "What is left of it, `r`, and after how many seconds it is whole again, `t`.",
    schema: { type: "string" },
  },
  "retry-after": {
    description: "Seconds after which to try again.",
    schema: { type: "integer" },
  },
  "www-authenticate": { description: "RFC 6750 section 3.", schema: { type: "string" } },
  allow: { description: "What this address does.", schema: { type: "string" } },
};

export type HeaderName = keyof typeof headerDescriptions;

export const always: HeaderName[] = ["x-request-id"];
export const counted: HeaderName[] = [...always, "ratelimit-policy", "ratelimit"];

export function headerRefs(names: readonly HeaderName[]) {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
