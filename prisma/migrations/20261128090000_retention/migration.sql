-- AlterTable
ALTER TABLE "AuditEvent" ADD COLUMN     "minute" TIMESTAMPTZ(3),
ADD COLUMN     "times" INTEGER;

-- CreateIndex
CREATE INDEX "Revocation_endedAt_idx" ON "Revocation"("endedAt");

-- What is removed by its age, and the marks of users who are gone. What a user did, and what broke a link, is not in it.
CREATE INDEX "AuditEvent_passing_idx" ON "AuditEvent" (at)
  WHERE action = 'vend' OR (action = 'refresh' AND outcome <> 'refused');
CREATE INDEX "AuditEvent_gone_idx" ON "AuditEvent" (at)
  WHERE action IN ('delete_account', 'moved_away');

-- One row for each minute, key, link and outcome, where vends are counted.
CREATE UNIQUE INDEX "AuditEvent_minute_key" ON "AuditEvent" (minute, actor, "accountId", outcome)
  WHERE minute IS NOT NULL;
