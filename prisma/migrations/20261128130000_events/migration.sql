-- What is told of a link, and when to look again. No refresh writes "lookAt", so a link is still changed in place.
ALTER TABLE "Account" ADD COLUMN     "lookAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "toldBroken" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "toldDays" INTEGER;

-- AlterTable
ALTER TABLE "PortalTrouble" ADD COLUMN     "told" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "Event" (
    "id" BIGSERIAL NOT NULL,
    "reader" TEXT NOT NULL,
    "position" BIGINT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "type" TEXT NOT NULL,
    "accountId" TEXT,
    "connection" TEXT,
    "externalId" TEXT,
    "session" TEXT,
    "reason" TEXT,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "EventPosition" (
    "reader" TEXT NOT NULL,
    "last" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "EventPosition_pkey" PRIMARY KEY ("reader")
);

-- CreateIndex
CREATE INDEX "Event_at_idx" ON "Event"("at");

-- CreateIndex
CREATE INDEX "Event_accountId_idx" ON "Event"("accountId");

-- CreateIndex
CREATE UNIQUE INDEX "Event_reader_position_key" ON "Event"("reader", "position");

-- Rows that wait for their place, in the order in which they get one: few, however many events there are.
CREATE INDEX "Event_unplaced_idx" ON "Event" ("reader", "id") WHERE "position" IS NULL;

-- CreateIndex
CREATE INDEX "Account_lookAt_idx" ON "Account"("lookAt");
