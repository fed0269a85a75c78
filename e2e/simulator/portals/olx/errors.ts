import { randomUUID } from "node:crypto";
import { type Answer, json } from "../../answer";

/** OLX's errors, with the messages of https://developer.olxgroup.com/docs/authorization-errors where they exist. */

export class Refusal {
  readonly status: number;
  readonly message: string;

  constructor(status: number, message: string) {
    this.status = status;
    this.message = message;
  }
}

export const unknownApiKey = new Refusal(403, "Invalid API Key - unknown Partner");
export const unknownClient = new Refusal(403, "The client credentials are invalid");
export const invalidCode = new Refusal(
  400,
  "Authorization code doesn't exist or is invalid for the client",
);
export const otherRedirectUri = new Refusal(
  400,
  "The redirect URI is not the one of the authorization request",
);
export const expiredToken = new Refusal(403, "The access token provided has expired");
export const invalidToken = new Refusal(401, "The access token provided is invalid");
export const noPermission = new Refusal(403, "You are not allowed to access this resource");

export function invalidRefreshToken(status: number) {
  return new Refusal(status, "Refresh token doesn't exist or is invalid for the client");
}

export function refusalAnswer({ status, message }: Refusal): Answer {
  return json(status, { transaction_id: randomUUID(), message });
}
