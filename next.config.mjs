/** @type {import("next").NextConfig} */
export default {
  agentRules: false,
  poweredByHeader: false,
  serverExternalPackages: ["@electric-sql/pglite", "pg", "@prisma/adapter-pg"],
};
