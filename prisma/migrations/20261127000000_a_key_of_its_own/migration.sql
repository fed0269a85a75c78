-- The event of a permission that no link used any more has a name that says so.
UPDATE "AuditEvent" SET "action" = 'revoke_unused' WHERE "action" = 'retire';

-- A link whose portal names no member had a key made of its user, so that a user could have one of them at a connection.
-- Now each has a key of its own, `<environment>:<link id>`.
UPDATE "Account" SET "providerAccountId" = "environment" || ':' || "id"
WHERE "providerAccountId" = "environment" || ':' || "userId";
