import { setTimeout as sleep } from "node:timers/promises";
import { PACE } from "./pace.mjs";
import { faults } from "./weather.mjs";

/** How each fault of the weather looks on the wire. */

const page = (title) =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
const html = { "content-type": "text/html" };

const says =
  (status, headers = {}, body = "") =>
  (response) =>
    response.writeHead(status, headers).end(body);

const late = (seconds) => async (_, usual) => {
  await sleep((seconds * 1000) / PACE);
  usual();
};

const reset = (response) => void response.socket?.resetAndDestroy();

const answers = {
  "403 page of a gateway": says(403, html, page("Request blocked")),
  "401 page of a gateway, Basic": says(
    401,
    { ...html, "www-authenticate": 'Basic realm="Restricted"' },
    page("401 Authorization Required"),
  ),
  "400 page of a gateway": says(400, html, page("400 Bad Request")),
  '403 {"message":"Forbidden"}': says(
    403,
    { "content-type": "application/json" },
    '{"message":"Forbidden"}',
  ),
  "403 without a body": says(403),
  "200 without a body": says(200),
  "200 maintenance page": says(200, html, page("We will be back soon")),
  "429 with Retry-After": says(429, { "retry-after": "120" }, "Too many requests"),
  "429 without": says(429, {}, "Too many requests"),
  "502 page": says(502, html, page("502 Bad Gateway")),
  "503 page": says(503, html, page("503 Service Temporarily Unavailable")),
  "503 with Retry-After": says(503, { "retry-after": "1800" }),
  "504 page, nothing done": says(504, html, page("504 Gateway Time-out")),
  "504 page, answer lost": says(504, html, page("504 Gateway Time-out")),
  "reset, nothing done": reset,
  "reset, answer lost": reset,
  "answer after 10 s": late(10),
  "answer after 40 s": late(40),
};

/** @param name of a fault, as the weather has it */
export function faultNamed(name) {
  return { name, reached: faults[name]?.reached ?? false, answer: answers[name] };
}
