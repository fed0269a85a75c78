-- CreateTable
CREATE TABLE "CodeExchange" (
    "id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "nextTryAt" TIMESTAMPTZ(3) NOT NULL,
    "isLost" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "CodeExchange_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "CodeExchange_nextTryAt_idx" ON "CodeExchange"("nextTryAt");

