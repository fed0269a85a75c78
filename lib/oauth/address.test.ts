import { expect, test } from "vitest";
import { addressProblem } from "./address";

test.each([
  ["https://portal.example/token", null],
  ["https://portal.example:8443/token?a=b", null],
  ["http://localhost:4600/token", null],
  ["http://127.0.0.1/token", null],
  ["http://[::1]:4600/token", null],
  ["http://portal.example/token", "must begin with https://"],
  ["http://localhost.evil.example/token", "must begin with https://"],
  ["http://127.0.0.2/token", "must begin with https://"],
  ["ftp://localhost/token", "must begin with https://"],
  ["javascript:alert(1)", "must begin with https://"],
  ["https://name:password@portal.example/", "must not hold a name or a password"],
  ["https://name@portal.example/", "must not hold a name or a password"],
  ["https://:password@portal.example/", "must not hold a name or a password"],
  ["https://portal.example/#part", "must not have a fragment"],
  ["https://portal.example/#", "must not have a fragment"],
  ["portal.example/token", "is not an address"],
  ["", "is not an address"],
])("%s as an address: %s", (address, problem) => {
  expect(addressProblem(address)).toBe(problem);
});
