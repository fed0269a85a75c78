-- AlterTable
ALTER TABLE "Account" ADD COLUMN     "checkLeaseUntil" TIMESTAMPTZ(3),
ADD COLUMN     "clientId" TEXT,
ADD COLUMN     "failures" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "kid" TEXT,
ADD COLUMN     "leaseOwner" TEXT,
ADD COLUMN     "leaseUntil" TIMESTAMPTZ(3),
ADD COLUMN     "reconnectReason" TEXT,
ADD COLUMN     "retryAt" TIMESTAMPTZ(3),
ADD COLUMN     "tokensAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "AuditEvent" ADD COLUMN     "actor" TEXT NOT NULL DEFAULT 'user';

-- CreateTable
CREATE TABLE "RefreshAttempt" (
    "id" BIGSERIAL NOT NULL,
    "accountId" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "owner" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "reason" TEXT,

    CONSTRAINT "RefreshAttempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Revocation" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "accountId" TEXT,
    "connection" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "member" TEXT NOT NULL,
    "clientId" TEXT,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "kid" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "nextTryAt" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "leaseUntil" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "outcome" TEXT,
    "reason" TEXT,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Revocation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ServiceKey" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "connections" TEXT[],
    "calls" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMPTZ(3),
    "withdrawnAt" TIMESTAMPTZ(3),

    CONSTRAINT "ServiceKey_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "RefreshAttempt_accountId_generation_idx" ON "RefreshAttempt"("accountId", "generation");

-- CreateIndex
CREATE INDEX "Revocation_nextTryAt_idx" ON "Revocation"("nextTryAt");

-- CreateIndex
CREATE INDEX "Revocation_userId_createdAt_idx" ON "Revocation"("userId", "createdAt");

-- CreateIndex
CREATE INDEX "Revocation_accountId_idx" ON "Revocation"("accountId");

-- CreateIndex
CREATE INDEX "Revocation_kid_idx" ON "Revocation"("kid");

-- CreateIndex
CREATE UNIQUE INDEX "ServiceKey_hash_key" ON "ServiceKey"("hash");

-- CreateIndex
CREATE INDEX "Account_provider_id_idx" ON "Account"("provider", "id");

-- CreateIndex
CREATE INDEX "Account_checkedAt_idx" ON "Account"("checkedAt");

-- CreateIndex
CREATE INDEX "Account_kid_idx" ON "Account"("kid");

-- AddForeignKey
ALTER TABLE "RefreshAttempt" ADD CONSTRAINT "RefreshAttempt_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

