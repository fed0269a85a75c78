-- Links whose check may be due, in the order in which check-links reads them. What only its member can mend is not in it, so it
-- is not walked over in each run. Nothing that a refresh changes is in it, so a link is still changed in place.
CREATE INDEX "Account_due_idx" ON "Account" ("provider", "checkedAt", "id")
WHERE "reconnectReason" IS NULL OR "reconnectReason" IN ('invalid_token', 'expired_token');

-- It could not serve links that were never checked, and was of all portals together.
DROP INDEX "Account_checkedAt_idx";
