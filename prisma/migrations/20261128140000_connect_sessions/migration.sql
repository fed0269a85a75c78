-- CreateTable
CREATE TABLE "ConnectSession" (
    "id" TEXT NOT NULL,
    "clientId" TEXT NOT NULL,
    "externalId" TEXT NOT NULL,
    "name" TEXT,
    "email" TEXT,
    "secretHash" TEXT NOT NULL,
    "connections" TEXT[],
    "accountId" TEXT,
    "language" TEXT,
    "returnUrl" TEXT NOT NULL,
    "challenge" TEXT,
    "status" TEXT NOT NULL DEFAULT 'open',
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "pressedAt" TIMESTAMPTZ(3),
    "browserHash" TEXT,
    "codeHash" TEXT,
    "wrongCodes" INTEGER NOT NULL DEFAULT 0,
    "problems" JSONB NOT NULL DEFAULT '{}',
    "links" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ConnectSession_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ConnectWaiting" (
    "id" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "connection" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "accountId" TEXT,
    "member" TEXT NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "oauth_token_secret" TEXT,
    "kid" TEXT,
    "columns" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ConnectWaiting_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "ConnectSession_secretHash_key" ON "ConnectSession"("secretHash");

-- CreateIndex
CREATE INDEX "ConnectSession_clientId_externalId_idx" ON "ConnectSession"("clientId", "externalId");

-- CreateIndex
CREATE INDEX "ConnectSession_expiresAt_idx" ON "ConnectSession"("expiresAt");

-- CreateIndex
CREATE INDEX "ConnectWaiting_kid_idx" ON "ConnectWaiting"("kid");

-- CreateIndex
CREATE INDEX "ConnectWaiting_accountId_idx" ON "ConnectWaiting"("accountId");

-- CreateIndex
CREATE UNIQUE INDEX "ConnectWaiting_sessionId_connection_member_key" ON "ConnectWaiting"("sessionId", "connection", "member");

-- AddForeignKey
ALTER TABLE "ConnectSession" ADD CONSTRAINT "ConnectSession_clientId_fkey" FOREIGN KEY ("clientId") REFERENCES "Client"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ConnectWaiting" ADD CONSTRAINT "ConnectWaiting_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "ConnectSession"("id") ON DELETE CASCADE ON UPDATE CASCADE;

