-- The links that need their member are counted without reading the others. No refresh of a link that works changes "toldBroken",
-- so it is still changed in place.
CREATE INDEX "Account_broken_idx" ON "Account" ("provider", "environment") WHERE "toldBroken";
