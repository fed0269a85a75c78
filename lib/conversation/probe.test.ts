import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { connectionsFrom } from "@/lib/portals/connections";
import { portals } from "@/lib/portals/registry";
import { probe } from "./probe";

/** How a portal is shown a token. */

const tokens = { accessToken: "the-access-token", tokenSecret: "the-token-secret" };

/** A member's record as each portal documents it. */
const record = {
  id: "ql4Jgm",
  data: [],
  D: { Success: true, Results: [{ Id: "20110426173054342350000000" }] },
  "realestates.realEstates": { Paging: { numberOfHits: 2 } },
};

/** Stands for every portal. It notes the address and the credentials of each request. */
async function everyPortal() {
  const asked: { address: string; authorization: string }[] = [];
  const server = createServer(({ url = "", headers }, response) => {
    asked.push({ address: url, authorization: headers.authorization ?? "" });
    response.end(JSON.stringify(record));
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, origin: `http://localhost:${(server.address() as AddressInfo).port}` };
}

/** Settings for a connection of each portal, all of them at this origin. */
function variablesAt(origin: string): Record<string, string> {
  const stems = ["MLSCONNECT", "SPARK", "OLX", "IMMOSCOUT24", "SPARK_OAUTH2"];
  const registrations = stems.flatMap((stem) => [
    [`${stem}_CLIENT_ID`, "client"],
    [`${stem}_CLIENT_SECRET`, "client-secret"],
  ]);
  return {
    ...Object.fromEntries(registrations),
    PORTAL_SIMULATOR: origin,
    MLSCONNECT_BOARDS: "federia",
    OLX_API_KEY: "key",
    SPARK_OAUTH2_ROLES: "private",
  };
}

test.each(portals.filter(({ signIn }) => signIn !== "only"))(
  "$name: a token is shown in the header and in no address (RFC 9700 4.3.2)",
  async (portal) => {
    const { asked, origin } = await everyPortal();
    const { connections, errors } = connectionsFrom(portals, variablesAt(origin));
    expect(errors).toEqual([]);
    const own = connections.find((each) => each.portal.id === portal.id);
    if (!own) throw new Error("no connection");
    expect(await probe(own, tokens)).toMatchObject({ outcome: "ok" });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.authorization).toContain(tokens.accessToken);
    expect(asked[0]?.address).not.toMatch(/the-|token|oauth_/);
  },
);
