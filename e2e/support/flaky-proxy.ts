import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** The way to a server, and what can happen on it. */
export type Way = "open" | "closed" | "hangs_up" | "silent";

/** Passes connections on to a port of this machine, as long as its way is open. */
export async function flakyProxy(port: number) {
  let way: Way = "open";
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => null).on("close", () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (way === "hangs_up") return void client.destroy();
    if (way === "silent") return void client.resume();
    const there = connect(port, "127.0.0.1");
    keep(there);
    for (const [from, to] of [
      [client, there],
      [there, client],
    ] as const) {
      from.on("data", (chunk) => way !== "silent" && to.write(chunk));
      from.on("close", () => to.destroy());
    }
  });
  const listen = (at: number) =>
    new Promise<void>((resolve) => server.listen(at, "127.0.0.1", resolve));
  await listen(0);
  const own = (server.address() as AddressInfo).port;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: own,
    /** From here on; connections that are there are cut, unless the way falls silent. */
    async become(next: Way) {
      const before = way;
      way = next;
      if (next !== "silent") cut();
      if (next === "closed") await new Promise((resolve) => server.close(resolve));
      if (before === "closed" && next !== "closed") await listen(own);
    },
    close() {
      cut();
      server.close();
    },
  };
}
