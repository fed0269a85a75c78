import { expect, test } from "vitest";
import { lookFor } from "./independent-servers.mjs";

test("a server that is here tells its version, and one that is not is named with what it needs", async () => {
  const found = await lookFor({
    here: { title: "Node", command: [process.execPath], debian: [] },
    packaged: { title: "Rails", command: ["/nowhere/ruby"], debian: ["ruby", "ruby-rails"] },
    fromNpm: { title: "Koa", command: [process.execPath, "nowhere.mjs"], debian: [] },
  });
  expect(found).toEqual({
    versions: [process.version],
    missing: {
      packaged: "Rails is not here: install the packages ruby, ruby-rails of Debian",
      fromNpm: "Koa is not here: its packages could not be installed from npm",
    },
  });
});
