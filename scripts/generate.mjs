import { generateCode } from "./prepare.mjs";
import { fail, step } from "./step.mjs";

await step("Generated code", generateCode).catch(fail);
