import { randomInt } from "node:crypto";

const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"; // none that is read as another

/** Eight letters that a page shows, a person can read out, and the log knows. */
export function newReference() {
  return Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join("");
}
