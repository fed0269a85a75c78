/** The apps of the tests: one build, started with different settings. */

export const simulator = {
  port: 4700,
  url: "http://localhost:4701",
  portals: "http://localhost:4700",
};

export type App = { port: number; url: string; settings: Record<string, string> };

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

const staging = {
  MLSCONNECT_FEDERIA_STAGING_ENVIRONMENT: "staging",
  MLSCONNECT_FEDERIA_STAGING_AUTHORIZATION_URL: `${simulator.portals}/app.staging.mls-connect.test/oauth/authorize`,
  MLSCONNECT_FEDERIA_STAGING_TOKEN_URL: `${simulator.portals}/staging.mls-connect.test/oauth/token`,
  MLSCONNECT_FEDERIA_STAGING_MEMBER_URL: `${simulator.portals}/staging.mls-connect.test/api/oauth/me`,
};

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
const manyBoards = [...fourBoards, ...Array.from({ length: 12 }, (_, n) => `board-${n + 1}`)];

export const apps = {
  /** With the settings of .env.example. */
  main: app(3101, {
    MLSCONNECT_BOARDS: fourBoards.join(" "),
    ...boards(fourBoards),
    ...labels,
    ...staging,
    ...spark,
    ...olx(),
    ...immoScout24,
    ...sparkRoles,
    SPARK_OAUTH2_VOW_PORTAL_NAME: "Riviera",
    SPARK_OAUTH2_PRIVATE_PASSWORD_GRANT: "on",
  }),
  /**
   * The less usual settings: one callback for all boards, many boards, PKCE and a scope, the older address of a site,
   * token requests as forms, the sandbox, and consumers who choose their agent at Spark.
   */
  shared: app(3102, {
    MLSCONNECT_BOARDS: manyBoards.join(" "),
    MLSCONNECT_CALLBACK: "shared",
    MLSCONNECT_PKCE: "on",
    MLSCONNECT_SCOPE: "read",
    PRODUCT_NAME: "Agence Été",
    ...boards(manyBoards),
    ...labels,
    ...staging,
    ...spark,
    SPARK_TOKEN_REQUEST: "form",
    ...olx("-2"),
    OLX_SITES: "otodom",
    OLX_OTODOM_AUTHORIZATION_URL: `${simulator.portals}/www.otodom.pl/mercury/authorization/`,
    ...immoScout24Sandbox,
    ...sparkRoles,
  }),
  /** Opened from MLSConnect only: the sign-in page has no button. */
  hidden: app(3103, {
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_SIGN_IN: "hidden",
    ...boards(["federia"]),
  }),
  /** As behind an https proxy: the public address is not the one where the app listens. */
  proxied: app(3104, {
    AUTH_URL: "https://portico.example",
    PORTAL_SIMULATOR: "",
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_AUTHORIZATION_URL: `${simulator.portals}/app.mls-connect.com/oauth/authorize`,
    MLSCONNECT_TOKEN_URL: `${simulator.portals}/mls-connect.com/oauth/token`,
    MLSCONNECT_MEMBER_URL: `${simulator.portals}/mls-connect.com/api/oauth/me`,
    ...boards(["federia"]),
  }),
} satisfies Record<string, App>;

/** Plain Auth.js, to show that the attacks succeed there. */
export const naive = { port: 3105, url: "http://localhost:3105" };

function app(port: number, settings: Record<string, string>): App {
  const url = `http://localhost:${port}`;
  return {
    port,
    url,
    settings: { AUTH_URL: url, PORTAL_SIMULATOR: simulator.portals, ...settings },
  };
}
