import { once } from "node:events";
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { tenPorts } from "./ports";

test("what one run of the tests takes, no other takes, and all of it can be listened on", async () => {
  const firsts = await Promise.all([tenPorts(), tenPorts(), tenPorts()]);
  expect(new Set(firsts).size).toBe(3);
  for (const first of firsts) {
    const guard = await fetch(`http://localhost:${first}`);
    expect(await guard.text()).toBe("taken by tests\n");
    for (let port = first + 1; port < first + 10; port += 1) {
      const server = createServer().listen(port, "localhost");
      onTestFinished(() => void server.close());
      await once(server, "listening");
    }
  }
});
