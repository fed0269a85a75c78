import "server-only";
import type { ApiRequest, ApiResponse } from "./exchange";
import type { Operation } from "./operation";

/** What is answered at an address, by one method. */
export type Address = {
  method: "GET" | "POST" | "DELETE";
  /** As the document writes it: with one parameter at most, in braces. */
  path: string;
  /** @param parameter what stands in the parameter's place, as the caller means it */
  answer: (request: ApiRequest, parameter: string) => ApiResponse | Promise<ApiResponse>;
};

/** One call of the API: an address, and its words in the document. */
export type Call = Address & { operation: Operation };
