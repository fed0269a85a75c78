import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { stopInTime } from "./stopping.mjs";

/** A server that is told to stop, and clients that do what they like. */

type Server = { child: ChildProcess; port: number; arrived: string[] };

const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

async function server(): Promise<Server> {
  const args = ["--conditions=react-server", "--import", "tsx"];
  const child = spawn(process.execPath, [...args, "lib/process/fixtures/stopped-server.ts"], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  children.push(child);
  const [port] = await once(child, "message");
  const arrived: string[] = [];
  child.on("message", (path) => arrived.push(String(path)));
  return { child, port: Number(port), arrived };
}

/** Sends these bytes, and goes on as it is told. Resolves to all that has come when the connection is gone. */
function client(
  { port }: Server,
  bytes: string,
  goOn: (socket: ReturnType<typeof connect>) => void = () => {},
) {
  const socket = connect(port, "localhost", () => socket.write(bytes));
  let answer = "";
  socket.setEncoding("latin1").on("data", (text) => (answer += text));
  socket.on("error", () => {});
  goOn(socket);
  return new Promise<string>((resolve) => socket.on("close", () => resolve(answer)));
}

/** Sends SIGTERM when so many requests have arrived; resolves to the exit code, and the seconds until then. */
async function stopped({ child, arrived }: Server, requests: number) {
  while (arrived.length < requests) await sleep(10);
  await sleep(300); // for what does not become a request
  const began = performance.now();
  child.kill("SIGTERM");
  const [code] = await once(child, "exit");
  return { code, seconds: (performance.now() - began) / 1000 };
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

/** Whose body never comes to its end. */
const post = "POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\na";

test("requests that have not arrived in full do not keep it, nor do connections that wait for another", async () => {
  const app = await server();
  const dripping = (socket: ReturnType<typeof connect>) => {
    const drip = setInterval(() => socket.write("b"), 200);
    socket.on("close", () => clearInterval(drip));
  };
  void client(app, post);
  void client(app, post, dripping);
  void client(app, "GET /head HTTP/1.1\r\nHo");
  void client(app, "GET /head HTTP/1.1\r\nX: ", dripping);
  void client(app, "");
  void client(app, get("/idle"));
  const { code, seconds } = await stopped(app, 3);
  expect(code).toBe(143);
  expect(seconds).toBeLessThan(5);
});

test("a request that has arrived is answered, and its connection takes no other", async () => {
  const app = await server();
  const asking = (socket: ReturnType<typeof connect>) =>
    socket.on("data", () => socket.write(get("/again")));
  const answer = client(app, get("/slowly"), asking);
  const { code, seconds } = await stopped(app, 1);
  expect(code).toBe(143);
  expect(seconds).toBeGreaterThan(2);
  expect(await answer).toMatch(/^HTTP\/1\.1 200 OK\r\n.*Connection: close\r\n.*late/is);
  expect((await answer).match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test.concurrent("also while it runs, a client has so long to send the head of a request, and all of it", async () => {
  const app = await server();
  const began = performance.now();
  const answers = ["GET /head HTTP/1.1\r\nHo", post].map(async (bytes) => ({
    answer: await client(app, bytes),
    seconds: (performance.now() - began) / 1000,
  }));
  const [head, all] = await Promise.all(answers);
  expect(head?.answer).toContain("408 Request Timeout");
  expect(head?.seconds).toBeLessThan(25);
  expect(all?.answer).toContain("408 Request Timeout");
  expect(all?.seconds).toBeLessThan(45);
});

test.concurrent("thirty seconds are enough for a portal that never answers, an answer that no one reads, and work that does not end", async () => {
  const app = await server();
  void client(app, get("/portal"));
  void client(app, get("/much"), (socket) => void socket.pause());
  void client(app, get("/background"));
  const { code, seconds } = await stopped(app, 3);
  expect(code).toBe(143);
  expect(seconds).toBeLessThan(30);
}, 60_000);

test("a request that comes on a resting connection just after it was told to stop is answered", async () => {
  const app = await server();
  let late = "";
  const answer = client(app, get("/idle"), (socket) => {
    socket.once("data", () => {
      setTimeout(() => socket.write(get("/late")), 800); // half a second after the signal
      socket.on("data", (text) => (late += text));
    });
  });
  const { code, seconds } = await stopped(app, 1);
  expect(await answer).toContain("HTTP/1.1 200");
  expect(late).toMatch(/^HTTP\/1\.1 200 .*Connection: close/is);
  expect(code).toBe(143);
  expect(seconds).toBeLessThan(3);
});

test("so is one that follows an answer which had begun before, and said nothing of an end", async () => {
  const app = await server();
  let all = "";
  const answer = client(app, get("/halfway"), (socket) => {
    socket.on("data", (text) => {
      if (!all.includes("late") && String(text).includes("late")) {
        setTimeout(() => socket.write(get("/after")), 200);
      }
      all += text;
    });
  });
  const { code, seconds } = await stopped(app, 1);
  expect((await answer).match(/HTTP\/1\.1 200/g)).toHaveLength(2);
  expect(code).toBe(143);
  expect(seconds).toBeLessThan(4);
});

test("a process that computes without a pause stops listening all the same", async () => {
  const busy = createServer();
  stopInTime(busy);
  await once(busy.listen(0, "localhost"), "listening");
  let isOver = false;
  const compute = () => {
    const until = performance.now() + 2;
    while (performance.now() < until);
    if (!isOver) setImmediate(compute);
  };
  compute();
  busy.close();
  await sleep(500);
  expect(busy.listening).toBe(true); // it waits for a moment in which nothing can be lost
  await expect.poll(() => busy.listening, { timeout: 10_000 }).toBe(false);
  isOver = true;
});
