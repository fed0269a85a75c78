-- AlterTable
ALTER TABLE "Account" ADD COLUMN     "label" TEXT;

-- CreateTable
CREATE TABLE "HeldToken" (
    "hash" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3),

    CONSTRAINT "HeldToken_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "TokenImport" (
    "id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "connection" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "clientId" TEXT NOT NULL,
    "externalId" TEXT NOT NULL,
    "isDoubtful" BOOLEAN NOT NULL DEFAULT false,
    "leaseOwner" TEXT NOT NULL,
    "leaseUntil" TIMESTAMPTZ(3) NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "kid" TEXT,
    "expires_at" DOUBLE PRECISION,
    "scope" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TokenImport_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "HeldToken_accountId_idx" ON "HeldToken"("accountId");

-- CreateIndex
CREATE INDEX "HeldToken_until_idx" ON "HeldToken"("until");

-- CreateIndex
CREATE UNIQUE INDEX "TokenImport_hash_key" ON "TokenImport"("hash");

-- CreateIndex
CREATE INDEX "TokenImport_kid_idx" ON "TokenImport"("kid");

-- CreateIndex
CREATE INDEX "TokenImport_createdAt_idx" ON "TokenImport"("createdAt");

-- CreateIndex
CREATE INDEX "TokenImport_clientId_externalId_idx" ON "TokenImport"("clientId", "externalId");

-- AddForeignKey
ALTER TABLE "HeldToken" ADD CONSTRAINT "HeldToken_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account"("id") ON DELETE CASCADE ON UPDATE CASCADE;
