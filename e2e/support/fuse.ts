import { type AddressInfo, connect, createServer } from "node:net";

/**
 * Acts at one of the messages that a process sends: to its database, through a proxy of its own, or to a portal that asks the fuse. What
 * it does there is not the fuse's business.
 */

/** `lost`: the message arrives, and its answer does not. */
export type Fate = "passes" | "dropped" | "lost";

export type Fuse = ReturnType<typeof fuse>;

export function fuse() {
  let sent = 0;
  let armed: { at: number; fate: Fate; act: () => void } | null = null;
  return {
    /** Counts from here on. */
    reset() {
      sent = 0;
      armed = null;
    },
    /** @param at which message from here on, the first is 1 */
    arm(at: number, fate: Exclude<Fate, "passes">, act: () => void) {
      sent = 0;
      armed = { at, fate, act };
    },
    sent: () => sent,
    /** To be asked at each message. When its answer is lost, `burnt` is to be called once the message has arrived. */
    message(): Fate {
      sent += 1;
      if (armed?.at !== sent) return "passes";
      const { fate, act } = armed;
      if (fate === "dropped") act();
      return fate;
    },
    burnt() {
      armed?.act();
    },
  };
}

/** The way to a database server on this machine, past a fuse. */
export async function fusedProxy(port: number, { message, burnt }: Fuse) {
  const server = createServer((client) => {
    const there = connect(port, "127.0.0.1");
    let isLost = false;
    client.on("data", (chunk) => {
      const fate = message();
      if (fate === "dropped") return void there.destroy();
      if (fate === "lost") isLost = true;
      there.write(chunk);
    });
    there.on("data", (chunk) => {
      if (!isLost) return void client.write(chunk);
      isLost = false;
      burnt();
      client.destroy();
    });
    for (const [one, other] of [
      [client, there],
      [there, client],
    ] as const) {
      one.on("error", () => null).on("close", () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => void server.close(),
  };
}

/** One address, behind which now this and now that port of this machine answers. */
export async function switchedPort(port: number) {
  let target = 0;
  const server = createServer((client) => {
    const there = connect(target, "localhost");
    client.pipe(there).pipe(client);
    for (const socket of [client, there]) socket.on("error", () => client.destroy());
    there.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, "localhost", resolve));
  return {
    to(next: number) {
      target = next;
    },
    close: () => void server.close(),
  };
}
