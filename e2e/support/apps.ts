/** The apps of the tests: one build, started with different settings. Each worker has a set of its own. */

export type App = {
  port: number;
  url: string;
  settings: Record<string, string>;
  /** Where the keys of its clients are, if not in the folder of its set. */
  keys?: string;
};

const boards = (names: string[]) =>
  Object.fromEntries(
    names.flatMap((name) => {
      const stem = `MLSCONNECT_${name.toUpperCase().replaceAll("-", "_")}`;
      return [
        [`${stem}_CLIENT_ID`, `simulated-${name}`],
        [`${stem}_CLIENT_SECRET`, `simulated-secret-${name}`],
      ];
    }),
  );

const labels = {
  MLSCONNECT_COTE_DAZUR_LABEL: "MLS Côte d'Azur",
  MLSCONNECT_CARAIBES_LABEL: "MLS Caraïbes",
  MLSCONNECT_FEDERIA_STAGING_LABEL: "Federia (staging)",
};

const staging = (portals: string) => ({
  MLSCONNECT_FEDERIA_STAGING_ENVIRONMENT: "staging",
  MLSCONNECT_FEDERIA_STAGING_AUTHORIZATION_URL: `${portals}/app.staging.mls-connect.test/oauth/authorize`,
  MLSCONNECT_FEDERIA_STAGING_TOKEN_URL: `${portals}/staging.mls-connect.test/oauth/token`,
  MLSCONNECT_FEDERIA_STAGING_MEMBER_URL: `${portals}/staging.mls-connect.test/api/oauth/me`,
});

/** An application has exactly one callback, so each app has its own: the second one has the suffix `-2`. */
const olx = (suffix = "") => ({
  OLX_CLIENT_ID: `simulated-olx${suffix}`,
  OLX_CLIENT_SECRET: `simulated-secret-olx${suffix}`,
  OLX_API_KEY: `simulated-api-key-olx${suffix}`,
});

const spark = { SPARK_CLIENT_ID: "simulated-spark", SPARK_CLIENT_SECRET: "simulated-secret-spark" };

const sparkRoles = {
  SPARK_OAUTH2_ROLES: "private idx vow",
  ...Object.fromEntries(
    ["private", "idx", "vow"].flatMap((role) => [
      [`SPARK_OAUTH2_${role.toUpperCase()}_CLIENT_ID`, `simulated-spark-${role}`],
      [`SPARK_OAUTH2_${role.toUpperCase()}_CLIENT_SECRET`, `simulated-secret-spark-${role}`],
    ]),
  ),
};

const immoScout24 = {
  IMMOSCOUT24_CLIENT_ID: "simulated-immoscout24",
  IMMOSCOUT24_CLIENT_SECRET: "simulated+secret/immoscout24=",
};

const immoScout24Sandbox = {
  IMMOSCOUT24_ENVIRONMENT: "sandbox",
  IMMOSCOUT24_CLIENT_ID: "simulated-immoscout24-sandbox",
  IMMOSCOUT24_CLIENT_SECRET: "simulated+secret/sandbox=",
};

const fourBoards = ["cote-dazur", "caraibes", "federia", "federia-staging"];
const manyBoards = [...fourBoards, ...Array.from({ length: 40 }, (_, n) => `board-${n + 1}`)];

/** What the client of the shared app is called: as long as a name may be, with a word in it that is wider than a phone. */
export const LONG_NAME = "Immobilienverwaltungsgesellschaftsdatenbanksystem Rhein-Main";

/** @param first of ten ports in a row; the first itself tells other runs that they are taken */
export function deploymentsFrom(first: number) {
  const portals = address(first + 1);
  const app = (port: number, settings: Record<string, string>): App => {
    const url = address(port);
    return { port, url, settings: { AUTH_URL: url, PORTAL_SIMULATOR: portals, ...settings } };
  };
  const apps = {
    /** With the settings of .env.example. */
    main: app(first + 2, {
      MLSCONNECT_BOARDS: fourBoards.join(" "),
      ...boards(fourBoards),
      ...labels,
      ...staging(portals),
      ...spark,
      ...olx(),
      ...immoScout24,
      ...sparkRoles,
      SPARK_OAUTH2_VOW_PORTAL_NAME: "Riviera",
      SPARK_OAUTH2_PRIVATE_PASSWORD_GRANT: "on",
    }),
    /**
     * The less usual settings: one callback for all boards, many boards, PKCE and a scope, the older address of a site and
     * our callback sent along to it, token requests as forms, the sandbox, and consumers who choose their agent at Spark.
     */
    shared: app(first + 3, {
      MLSCONNECT_BOARDS: manyBoards.join(" "),
      MLSCONNECT_CALLBACK: "shared",
      MLSCONNECT_PKCE: "on",
      MLSCONNECT_SCOPE: "read",
      PRODUCT_NAME: "Agence Été",
      SUPPORT_URL: "https://acme.example/help?from=portico",
      PRIVACY_URL: "https://acme.example/privacy",
      IMPRINT_URL: "https://acme.example/imprint",
      ...boards(manyBoards),
      ...labels,
      ...staging(portals),
      ...spark,
      SPARK_TOKEN_REQUEST: "form",
      ...olx("-2"),
      OLX_SITES: "otodom",
      OLX_OTODOM_AUTHORIZATION_URL: `${portals}/www.otodom.pl/mercury/authorization/`,
      OLX_SEND_REDIRECT_URI: "on",
      ...immoScout24Sandbox,
      ...sparkRoles,
    }),
    /** Opened from MLSConnect only: the sign-in page has no button. The API is on a port of its own, and only there. */
    hidden: app(first + 4, {
      MLSCONNECT_BOARDS: "federia",
      MLSCONNECT_SIGN_IN: "hidden",
      API_PORT: String(first + 8),
      API_HOST: "localhost",
      API_PUBLIC: "off",
      SUPPORT_URL: "mailto:help@acme.example",
      ...boards(["federia"]),
    }),
    /** As behind an https proxy: the public address is not the one where the app listens. */
    proxied: app(first + 5, {
      AUTH_URL: "https://portico.example",
      PORTAL_SIMULATOR: "",
      MLSCONNECT_BOARDS: "federia",
      MLSCONNECT_AUTHORIZATION_URL: `${portals}/app.mls-connect.com/oauth/authorize`,
      MLSCONNECT_TOKEN_URL: `${portals}/mls-connect.com/oauth/token`,
      MLSCONNECT_MEMBER_URL: `${portals}/mls-connect.com/api/oauth/me`,
      ...boards(["federia"]),
    }),
  } satisfies Record<string, App>;
  return {
    apps,
    simulator: { port: first + 1, portals },
    /** Where the hidden app's API is. */
    hiddenApi: `${address(first + 8)}/api/v1`,
    /** Plain Auth.js, to show that the attacks succeed there. */
    naive: { port: first + 6, url: address(first + 6) },
    /** For an app that a test starts by itself. */
    spare: { port: first + 7, url: address(first + 7) },
    /** The example CRM, a client of the main app's: on another site than the app, as in life. */
    crm: { port: first + 9, url: `http://127.0.0.1:${first + 9}` },
    /** Logs, databases and the service keys, from the project's root. */
    folder: `test-results/servers-${first}`,
  };
}

function address(port: number) {
  return `http://localhost:${port}`;
}

/** Written by the servers and handed on by Playwright: the first port of each worker's set. */
const firsts = (process.env.PORTICO_SERVERS ?? "").split(" ");

export const { apps, simulator, naive, hiddenApi, spare, crm, folder } = deploymentsFrom(
  Number(firsts[Number(process.env.TEST_PARALLEL_INDEX ?? 0)] ?? 0),
);
