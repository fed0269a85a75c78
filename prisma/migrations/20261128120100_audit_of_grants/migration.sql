-- AlterTable
ALTER TABLE "AuditEvent" ADD COLUMN     "clientId" TEXT;
