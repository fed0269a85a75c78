import { handlers } from "../../../../auth-js.mjs";

export const { GET, POST } = handlers;
