-- The end of a token fits every lifetime: a 32-bit number of seconds would end in 2038.
ALTER TABLE "Account" ALTER COLUMN "expires_at" SET DATA TYPE DOUBLE PRECISION;

-- Under which the log and the record of what happened know a refresh.
ALTER TABLE "RefreshAttempt" ADD COLUMN "reference" TEXT;

-- Portals that are in trouble, known to every process.
CREATE TABLE "PortalTrouble" (
    "portal" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "failures" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "restUntil" TIMESTAMPTZ(3),
    "probeUntil" TIMESTAMPTZ(3),
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PortalTrouble_pkey" PRIMARY KEY ("portal","environment")
);
