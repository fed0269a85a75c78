import { testCompanyAt } from "./support/company";
import { registration } from "./support/portal";

/** In Ruby: ES256, and HTTP Basic. */
testCompanyAt({
  server: "doorkeeperOpenId",
  environment: { CLIENTS: registration.id },
  client: { id: registration.id, secret: `secret-of-${registration.id}` },
});
