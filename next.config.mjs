/** By no page: images are not made smaller here. */
const NOT_NEEDED = ["node_modules/sharp/**", "node_modules/@img/**", "test-results/**"];

/** @type {import("next").NextConfig} */
export default {
  agentRules: false,
  poweredByHeader: false,
  htmlLimitedBots: /.*/, // a title that is sent after its page needs a script to be put in its place
  // scripts/standalone.mjs
  ...(process.env.STANDALONE === "on" && {
    output: "standalone",
    outputFileTracingExcludes: { "/*": NOT_NEEDED, "*": NOT_NEEDED }, // of the pages, and of Next itself
  }),
  serverExternalPackages: [
    "@electric-sql/pglite",
    "pg",
    "@prisma/adapter-pg",
    "@prometheus-io/client",
  ],
};
