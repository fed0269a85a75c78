import { expect, test } from "vitest";
import {
  apiAddressProblem,
  apiBasesOf,
  applicationAddressProblem,
  applicationBasesOf,
} from "./api-bases";
import { type Connection, connectionsFrom } from "./connections";
import { portals } from "./registry";

const variables = {
  MLSCONNECT_BOARDS: "federia",
  MLSCONNECT_CLIENT_ID: "id",
  MLSCONNECT_CLIENT_SECRET: "secret",
  OLX_SITES: "otodom",
  OLX_CLIENT_ID: "id",
  OLX_CLIENT_SECRET: "secret",
  OLX_API_KEY: "key",
  SPARK_CLIENT_ID: "id",
  SPARK_CLIENT_SECRET: "secret",
  SPARK_OAUTH2_ROLES: "private",
  SPARK_OAUTH2_PRIVATE_CLIENT_ID: "id",
  SPARK_OAUTH2_PRIVATE_CLIENT_SECRET: "secret",
  IMMOSCOUT24_CLIENT_ID: "id",
  IMMOSCOUT24_CLIENT_SECRET: "secret",
};

function connection(id: string, more: Record<string, string> = {}): Connection {
  const { connections } = connectionsFrom(portals, { ...variables, ...more });
  const found = connections.find((each) => each.id === id);
  if (!found) throw new Error(`There is no ${id}`);
  return found;
}

const immo = "https://rest.immobilienscout24.de/restapi/api";

function sparkBases(...hosts: string[]) {
  return hosts.flatMap((host) =>
    ["/v1", "/Reso/OData", "/Version/<n>/Reso/OData"].map((path) => host + path),
  );
}

test.each([
  ["mlsconnect-federia", ["https://mls-connect.com/api"]],
  [
    "olx-otodom",
    ["advert", "taxonomy", "locations"].map((it) => `https://api.olxgroup.com/${it}/v1`),
  ],
  ["spark", sparkBases("https://sparkapi.com", "https://replication.sparkapi.com")],
  ["spark-oauth2-private", sparkBases("https://sparkapi.com", "https://replication.sparkapi.com")],
  ["immoscout24", ["https://rest.immobilienscout24.de/restapi/api"]],
])("%s has the API bases of its documentation", (id, bases) => {
  expect(apiBasesOf(connection(id))).toEqual(bases);
});

test.each([
  ["mlsconnect-federia", []],
  ["olx-otodom", ["taxonomy", "locations"].map((it) => `https://api.olxgroup.com/${it}/v1`)],
  ["spark", []],
  ["spark-oauth2-private", []],
  ["immoscout24", ["/gis/v1.0", "/gis/v2.0", "/search/v1.0/search"].map((path) => immo + path)],
])("%s answers an application itself where its documentation says so", (id, bases) => {
  expect(applicationBasesOf(connection(id))).toEqual(bases);
});

test("what is for an application itself moves with the API, and into the sandbox", () => {
  const moved = connection("olx-otodom", { OLX_API_URL: "https://gateway.example/olx/" });
  expect(applicationBasesOf(moved)[0]).toBe("https://gateway.example/olx/taxonomy/v1");
  const sandbox = connection("immoscout24", { IMMOSCOUT24_ENVIRONMENT: "sandbox" });
  expect(applicationBasesOf(sandbox)[0]).toBe(
    "https://rest.sandbox-immobilienscout24.de/restapi/api/gis/v1.0",
  );
});

test.each([
  ["olx-otodom", "https://api.olxgroup.com/taxonomy/v1/categories/"],
  ["olx-otodom", "https://api.olxgroup.com/taxonomy/v1/categories/partner/urn:site:otodompl"],
  ["olx-otodom", "https://api.olxgroup.com/locations/v1/urn:site:otodompl/cities?id=213"],
  ["immoscout24", `${immo}/gis/v1.0/country/276/region`],
  ["immoscout24", `${immo}/search/v1.0/search/radius?geocoordinates=52.512303;13.431191;1`],
])("%s answers an application itself at %s", (id, address) => {
  expect(applicationAddressProblem(connection(id), address)).toBeNull();
  expect(apiAddressProblem(connection(id), address)).toBeNull();
});

test.each([
  ["olx-otodom", "https://api.olxgroup.com/advert/v1/meta"],
  ["olx-otodom", "https://api.olxgroup.com/taxonomy/v1/%2e%2e/%2e%2e/advert/v1/meta"],
  ["olx-otodom", "https://api.olxgroup.com/taxonomy/v10/categories"],
  ["immoscout24", `${immo}/offer/v1.0/user/me/realestate`],
  ["immoscout24", `${immo}/search/v1.0/searcher/me`],
  ["immoscout24", `${immo}/gis/v1.0/country/276/region?oauth_token=x`],
])("%s does not at %s", (id, address) => {
  expect(applicationAddressProblem(connection(id), address)).toMatch(/^must /);
});

test("the member record is under the API that a portal declares", () => {
  for (const id of ["mlsconnect-federia", "spark", "spark-oauth2-private", "immoscout24"]) {
    const one = connection(id);
    expect(apiAddressProblem(one, one.endpoints.MEMBER ?? "")).toBeNull();
  }
});

test("the simulator, a sandbox and an address of the deployment's own move the bases", () => {
  const { PORTAL_SIMULATOR } = { PORTAL_SIMULATOR: "http://localhost:4600" };
  expect(apiBasesOf(connection("spark", { PORTAL_SIMULATOR }))[0]).toBe(
    "http://localhost:4600/sparkapi.com/v1",
  );
  expect(apiBasesOf(connection("immoscout24", { IMMOSCOUT24_ENVIRONMENT: "sandbox" }))).toEqual([
    "https://rest.sandbox-immobilienscout24.de/restapi/api",
  ]);
  expect(
    apiBasesOf(connection("olx-otodom", { OLX_API_URL: "https://gateway.example/olx/" }))[0],
  ).toBe("https://gateway.example/olx/advert/v1");
});

test("a moved API address moves the further ones too, unless they have an address of their own", () => {
  const moved = { SPARK_API_URL: "https://gateway.example/spark" };
  expect(apiBasesOf(connection("spark", moved))).toEqual(
    sparkBases("https://gateway.example/spark"),
  );
  const beside = { SPARK_MEMBER_URL: "https://other.example/v1/my/account" };
  expect(apiBasesOf(connection("spark", beside))).toEqual(sparkBases("https://other.example"));
  const both = { ...moved, SPARK_REPLICATION_API_URL: "https://copies.example" };
  expect(apiBasesOf(connection("spark", both))).toEqual(
    sparkBases("https://gateway.example/spark", "https://copies.example"),
  );
  const one = { SPARK_REPLICATION_API_URL: "https://copies.sparkapi.com" };
  expect(apiBasesOf(connection("spark", one))).toEqual(
    sparkBases("https://sparkapi.com", "https://copies.sparkapi.com"),
  );
  const simulated = { PORTAL_SIMULATOR: "http://localhost:4600" };
  expect(apiBasesOf(connection("spark", simulated))).toEqual(
    sparkBases(
      "http://localhost:4600/sparkapi.com",
      "http://localhost:4600/replication.sparkapi.com",
    ),
  );
});

test.each([
  "https://replication.sparkapi.com/v1/listings",
  "https://replication.sparkapi.com/Reso/OData/Property?$top=1",
  "https://replication.sparkapi.com/Version/3/Reso/OData/Property",
  "https://sparkapi.com/Version/12/Reso/OData",
])("%s is under Spark's API", (address) => {
  expect(apiAddressProblem(connection("spark"), address)).toBeNull();
});

test.each([
  "https://sparkapi.com/Version/three/Reso/OData/Property",
  "https://sparkapi.com/Version//Reso/OData/Property",
  "https://sparkapi.com/Version/<n>/Reso/OData/Property",
  "https://sparkapi.com/Version/3/Other",
  "https://sparkapi.com/Version/3",
  "https://replication.sparkapi.com/auth",
  "https://replication.sparkapi.com.elsewhere.example/v1/x",
])("%s is not", (address) => {
  expect(apiAddressProblem(connection("spark"), address)).toMatch(/^must /);
});

test.each(["ext-2024%2F013", "ext-2024%2f013", "ext-a%2Fb%2Fc/attachment"])(
  "an id that holds a slash, %s, is one segment at ImmoScout24 alone",
  (id) => {
    const address = `${immo}/offer/v1.0/user/me/realestate/${id}`;
    expect(apiAddressProblem(connection("immoscout24"), address)).toBeNull();
    expect(
      apiAddressProblem(connection("spark"), `https://sparkapi.com/v1/listings/${id}`),
    ).toMatch(/^must have plain/);
  },
);

test.each([
  "ext-%2F..%2Fx",
  "..%2F..%2Fx",
  "%2F..",
  "ext-%2F.",
  "%2e%2e%2Fx",
  "ext-%2F%2Fx",
  "%2Fext",
  "ext-%2F",
  "ext-%2F..;a=1%2Fx",
  "ext-%252Fx",
  "ext-%5C..%5Cx",
  "ext-%2F%c0%ae%c0%ae",
])("dots in an id that holds slashes are refused: %s", (id) => {
  const address = `${immo}/offer/v1.0/user/me/realestate/${id}`;
  expect(apiAddressProblem(connection("immoscout24"), address)).toMatch(/^must have plain/);
});

test.each([
  immo,
  `${immo}/offer/v1.0/user/me/realestate`,
  `${immo}/offer/v1.0/user/me/realestate/?pagesize=1&q=a%20b%2Fc`,
  `${immo}/offer/v1.0/realestate/ext-1;v=2`,
  `${immo}/search?url=https://elsewhere.example/../x`,
  `${immo}/search?q=oauth_token&no_oauth_=1&oauth=1&caf%C3%A9=%F0%9F%8F%A0&?/@:!$'()*+,`,
])("%s is under the API", (address) => {
  expect(apiAddressProblem(connection("immoscout24"), address)).toBeNull();
});

test("OData's punctuation is an address's", () => {
  const address = "https://sparkapi.com/Reso/OData/Property('1')?$filter=City%20eq%20'Nice'";
  expect(apiAddressProblem(connection("spark"), address)).toBeNull();
});

test.each([
  ["another host", "https://elsewhere.example/restapi/api/x"],
  ["a host that begins alike", "https://rest.immobilienscout24.de.elsewhere.example/restapi/api"],
  ["the host as a name", "https://rest.immobilienscout24.de@elsewhere.example/restapi/api"],
  ["a name and a password", "https://a:b@rest.immobilienscout24.de/restapi/api"],
  ["another port", "https://rest.immobilienscout24.de:8443/restapi/api"],
  ["the port that is meant anyway", "https://rest.immobilienscout24.de:443/restapi/api"],
  ["another spelling of the host", "https://REST.immobilienscout24.de/restapi/api"],
  ["a host with a dot behind it", "https://rest.immobilienscout24.de./restapi/api"],
  ["http", "http://rest.immobilienscout24.de/restapi/api"],
  ["http on this machine", "http://localhost/restapi/api"],
  ["another scheme", "ftp://rest.immobilienscout24.de/restapi/api"],
  ["no scheme", "//rest.immobilienscout24.de/restapi/api"],
  ["a slash too few", "https:/rest.immobilienscout24.de/restapi/api"],
  ["a slash too many", "https:///rest.immobilienscout24.de/restapi/api"],
  ["nothing", ""],
  [
    "the portal's other addresses",
    "https://rest.immobilienscout24.de/restapi/security/oauth/access_token",
  ],
  ["a segment that begins alike", `${immo}2/x`],
  ["another case", "https://rest.immobilienscout24.de/RESTAPI/api/x"],
  ["dots", `${immo}/../security/oauth/access_token`],
  ["a dot", `${immo}/./x`],
  ["dots at the end", `${immo}/..`],
  ["encoded dots", `${immo}/%2e%2e/security`],
  ["half-encoded dots", `${immo}/.%2E/security`],
  ["dots encoded twice", `${immo}/%252e%252e/security`],
  ["dots with a parameter", `${immo}/..;x=1/security`],
  ["dots with an encoded parameter", `${immo}/..%3Bx/security`],
  ["an encoded slash", `${immo}/..%2fsecurity`],
  ["an encoded backslash", `${immo}/..%5csecurity`],
  ["a backslash", `${immo}/..\\security`],
  ["a backslash for the host's slash", "https://rest.immobilienscout24.de\\restapi\\api"],
  ["an encoded nothing", `${immo}/x%00`],
  ["dots in too many bytes", `${immo}/%c0%ae%c0%ae/x`],
  ["an empty segment", `${immo}//x`],
  ["an empty segment in front", "https://rest.immobilienscout24.de//restapi/api/x"],
  ["a parameter alone", `${immo}/;/x`],
  ["a fragment", `${immo}/x#y`],
  ["an empty fragment", `${immo}/x#`],
  ["a blank in front", ` ${immo}/x`],
  ["a line break", `${immo}/x\n`],
  ["a tab inside", `${immo}/.\t./x`],
  ["a letter that is not ASCII", `${immo}/straße`],
  ["dots of another alphabet", `${immo}/\uff0e\uff0e/x`],
  ["a percent sign alone", `${immo}/100%`],
  ["brackets in the path", `${immo}/x[1]`],
  ["brackets in the query", `${immo}/x?ids[]=1`],
  ["a quotation mark in the query", `${immo}/x?q="a"`],
  ["a blank in the query", `${immo}/x?q=a b`],
  ["a bar in the query", `${immo}/x?q=a|b`],
  ["a backslash in the query", `${immo}/x?q=a\\b`],
  ["a percent sign alone in the query", `${immo}/x?q=100%`],
  ["bytes that are no UTF-8 in the query", `${immo}/x?q=%ff`],
  ["half a letter in the query", `${immo}/x?a=%c3&b=%a9`],
  ["half a letter in a parameter's name", `${immo}/x?%c3=1`],
  ["OAuth's own parameter", `${immo}/x?oauth_token=1`],
  ["OAuth's own parameter behind others", `${immo}/x?a=1&oauth_signature=1`],
  ["OAuth's own parameter without a value", `${immo}/x?a=1&oauth_nonce`],
  ["OAuth's own parameter behind a semicolon", `${immo}/x?a=1;oauth_nonce=1`],
  ["OAuth's own parameter, encoded", `${immo}/x?%6Fauth_token=1`],
  ["OAuth's own parameter, all of it encoded", `${immo}/x?%6f%61%75%74%68%5f%74=1`],
  ["OAuth's own parameter in capitals", `${immo}/x?OAuth_Token=1`],
  ["OAuth's own parameter behind a blank", `${immo}/x?+oauth_token=1`],
  ["OAuth's own parameter with another underscore", `${immo}/x?oauth.token=1`],
])("%s is refused", (_, address) => {
  expect(apiAddressProblem(connection("immoscout24"), address)).toMatch(/^(must|is|can) /);
});

test("a connection without an API address has nothing to be called", () => {
  const one = { ...connection("spark"), apis: [] };
  expect(apiAddressProblem(one, "https://sparkapi.com/v1/x")).toMatch(/no API address/);
});
