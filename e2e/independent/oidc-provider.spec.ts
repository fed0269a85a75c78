import { testSparkAt } from "./support/spark";

testSparkAt("oidcProvider", { SPARK_PKCE: "on" }); // which it demands of everybody
