import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Requests over connections that are kept, one after the other on each. */

const agent = new Agent({ keepAlive: true, maxSockets: 1000 });

/** How many connections are open now, at work or not. */
export function openConnections() {
  const all = [agent.sockets, agent.freeSockets].flatMap((each) => Object.values(each));
  return all.reduce((sum, sockets) => sum + sockets.length, 0);
}

/** @returns the status, headers and body of one answer */
export function send({ url, method = "POST", headers = {}, body, signal }) {
  return new Promise((done, fail) => {
    const sent = request(url, { agent, method, headers, signal }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => {
        const { statusCode: status, headers: answered } = response;
        done({ status, headers: answered, text });
      });
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
  return {
    count: times.length,
    perSecond: times.length / ((performance.now() - began) / 1000),
    ...quantiles(times),
    failed,
  };
}

/**
 * So many requests a second, whether those before have been answered or not. A request's time begins when it was due, so that
 * what waits behind a slow one counts.
 */
export async function measureAt(requests, { perSecond, seconds }) {
  const times = [];
  let failed = 0;
  const began = performance.now();
  const all = Array.from({ length: Math.round(perSecond * seconds) }, async (_, n) => {
    const due = began + (n * 1000) / perSecond;
    await sleep(Math.max(0, due - performance.now()));
    const { status } = await send(requests[n % requests.length]);
    times.push(performance.now() - due);
    if (status !== 200) failed += 1;
  });
  await Promise.all(all);
  return { ...quantiles(times), failed };
}

/** Milliseconds. */
export function quantiles(times) {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share) => sorted[Math.floor(sorted.length * share)];
  return { p50: at(0.5), p99: at(0.99) };
}
