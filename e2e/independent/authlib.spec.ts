import { testSparkAt } from "./support/spark";

testSparkAt("authlib");
