import { test as base } from "@playwright/test";
import { BackEnd } from "../../support/back-end";
import { endChildren } from "../../support/children";
import { PortalSimulator } from "../../support/portal-simulator";
import { whoIsSignedIn } from "../../support/test";
import { type Deployment, type Portal, startPortal } from "./portal";

type Fixtures = {
  /** The team's back end, which calls the app's API. */
  backEnd: BackEnd;
  /** The id of the link that the signed-in person has at a connection. */
  linkAt: (connection: string) => Promise<string>;
};

/** Servers that cannot be had here, each with the reason. Set by `npm run test:independent`. */
const missing: Record<string, string> = JSON.parse(process.env.MISSING_SERVERS ?? "{}");

/** Tests against one server, which is started before the first of them. */
export function testAgainst(deployment: Deployment) {
  const test = base.extend<Fixtures, { portal: Portal }>({
    portal: [
      async ({ browserName: _ }, use) => {
        await use(await startPortal(deployment));
        await endChildren();
      },
      { scope: "worker", timeout: 180_000 },
    ],
    baseURL: async ({ portal }, use) => use(portal.app.url),
    backEnd: async ({ request, portal }, use) =>
      use(new BackEnd(request, portal.app.url, portal.folder)),
    linkAt: async ({ context, portal, backEnd }, use) =>
      use(async (connection) => {
        const { id } = await whoIsSignedIn(context, portal.app);
        return backEnd.link(id, connection);
      }),
  });
  const reason = missing[deployment.server];
  test.skip(reason !== undefined, reason);
  test.beforeEach(async ({ portal }) => {
    // The people of the simulator get new ids, so that each test begins with a user without links.
    if (portal.simulator) await new PortalSimulator(portal.simulator).reset();
  });
  return test;
}
