import { testCompanyAt } from "./support/company";

/** In Python: RS256, and the secret in the body, as its document says. */
testCompanyAt({ server: "authlib" });
