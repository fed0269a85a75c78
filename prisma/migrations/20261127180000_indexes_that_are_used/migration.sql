-- No query asks for events by their link, and each vend writes one.
DROP INDEX "AuditEvent_accountId_id_idx";

-- What a process that died has left open is found without the link's whole journal. The index ends where open rows do.
CREATE INDEX "RefreshAttempt_open_idx" ON "RefreshAttempt" ("accountId") WHERE outcome IS NULL;
