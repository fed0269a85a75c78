-- AlterTable
ALTER TABLE "Client" ADD COLUMN     "loginIssuer" TEXT;
