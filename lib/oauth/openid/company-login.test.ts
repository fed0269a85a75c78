import { asCompanyLogin } from "./testing";

/** All that an OpenID provider can get wrong, once more: at the company login, which any provider can be. */

asCompanyLogin();

await import("./id-token.test");
await import("./issuer.test");
await import("./keys.test");
await import("./metadata.test");
await import("./signature.test");
await import("./token-answer.test");
await import("./userinfo.test");
