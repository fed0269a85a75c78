-- AlterTable
ALTER TABLE "Account" ADD COLUMN "oauth_token_secret" TEXT;
