import { Agent, request } from "node:http";

/** Requests over connections that are kept, one after the other on each. */

const agent = new Agent({ keepAlive: true, maxSockets: 1000 });

/** @returns the status and body of one answer */
export function send({ url, method = "POST", headers = {}, body, signal }) {
  return new Promise((done, fail) => {
    const sent = request(url, { agent, method, headers, signal }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => done({ status: response.statusCode, text }));
    });
    sent.on("error", fail);
    sent.end(body);
  });
}

/**
 * As many requests as it can answer, for a while.
 * @param requests what to send, over and over
 */
export async function measure(requests, { connections = 16, seconds = 4 } = {}) {
  const times = [];
  let failed = 0;
  let n = 0;
  const until = performance.now() + seconds * 1000;
  const began = performance.now();
  const worker = async () => {
    while (performance.now() < until) {
      const each = requests[n++ % requests.length];
      const from = performance.now();
      const { status } = await send(each);
      times.push(performance.now() - from);
      if (status !== 200) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  times.sort((one, other) => one - other);
  return {
    perSecond: times.length / ((performance.now() - began) / 1000),
    p99: times[Math.floor(times.length * 0.99)],
    failed,
  };
}
