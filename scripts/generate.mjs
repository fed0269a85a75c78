import { generateClient } from "./prepare.mjs";
import { fail, step } from "./step.mjs";

await step("Database client", generateClient).catch(fail);
