import { connect } from "node:net";

/** A request as it goes over the wire, with all that is wrong with it. */
export type RawRequest = {
  method: string;
  target: string;
  headers: readonly (readonly [string, string])[];
  body: string;
};

const PATIENCE_MS = 30_000;

/** Resolves to the status of the answer; null when the connection is closed without one. */
export function send(port: number, request: RawRequest): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "localhost");
    socket.setTimeout(PATIENCE_MS, () => {
      socket.destroy();
      reject(new Error(`No answer to ${request.method} ${request.target}`));
    });
    let answer = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk) => {
      if (answer.length < 256) answer += chunk;
    });
    // A server that refuses a request closes before all of it has arrived, and its answer may be here all the same.
    socket.on("error", () => {});
    socket.on("close", () => {
      const [, status] = /^(?:HTTP\/1\.1 1\d\d .*\r\n\r\n)*HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
      resolve(status ? Number(status) : null);
    });
    socket.write(wire(request), "latin1");
  });
}

function wire({ method, target, headers, body }: RawRequest) {
  const bytes = Buffer.from(body, "utf8").toString("latin1");
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const length = body ? `content-length: ${bytes.length}\r\n` : "";
  return `${method} ${target} HTTP/1.1\r\n${lines}${length}connection: close\r\n\r\n${bytes}`;
}
