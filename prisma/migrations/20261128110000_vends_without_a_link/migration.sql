-- The same as AuditEvent_minute_key, for credentials of an application itself: they belong to a connection, and to no link.
CREATE UNIQUE INDEX "AuditEvent_application_minute_key" ON "AuditEvent" (minute, actor, connection, outcome)
  WHERE minute IS NOT NULL AND "accountId" IS NULL;
