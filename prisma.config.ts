import { defineConfig } from "prisma/config";

/** For Prisma's own commands only; the app opens its database in lib/db. */
export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "" },
});
