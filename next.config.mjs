import { securityHeaders } from "./lib/security-headers.mjs";

/** @type {import("next").NextConfig} */
export default {
  agentRules: false,
  poweredByHeader: false,
  serverExternalPackages: ["@electric-sql/pglite", "pg", "@prisma/adapter-pg"],
  headers: async () => [{ source: "/:path*", headers: securityHeaders }],
};
