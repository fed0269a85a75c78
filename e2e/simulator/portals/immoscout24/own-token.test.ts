import { expect, test } from "vitest";
import { openImmoScout24 } from "./testing";

/** Access to one's own account, and listings by the customer's own number, at ImmoScout24. */

type ImmoScout24 = Awaited<ReturnType<typeof openImmoScout24>>;

async function ownToken({ visitor }: ImmoScout24, person: string) {
  const browser = await visitor().open("/rest.immobilienscout24.de/self-service/access-token");
  await browser.press(person);
  const [value = "", secret = ""] = [...browser.page.matchAll(/<code>(.+?)<\/code>/g)].map(
    ([, shown = ""]) => shown,
  );
  return { value, secret };
}

test("the self-service shows a token and its secret, which work when they sign", async () => {
  const portal = await openImmoScout24();
  const token = await ownToken(portal, "Greta Schulz");
  expect(await ownToken(portal, "Greta Schulz")).toEqual(token);
  const answer = await portal.me(token);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("l-is24-causerid")).toBe("100200301");
});

test("without its secret, or with another's, the token is refused", async () => {
  const portal = await openImmoScout24();
  const token = await ownToken(portal, "Greta Schulz");
  const other = await ownToken(portal, "Emil Leer");
  for (const secret of ["", other.secret]) {
    expect((await portal.me({ ...token, secret })).status).toBe(401);
  }
  const bearer = await fetch(
    `${portal.origin}/rest.immobilienscout24.de/restapi/api/offer/v1.0/user/me`,
    { headers: { accept: "application/json", authorization: `Bearer ${token.value}` } },
  );
  expect(bearer.status).toBe(401);
});

test("it belongs to production's key and ends with the app's access; the page then shows another", async () => {
  const portal = await openImmoScout24();
  const token = await ownToken(portal, "Greta Schulz");
  const sandbox = { host: "rest.sandbox-immobilienscout24.de" };
  expect((await portal.me(token, sandbox)).status).toBe(401);
  const person = { portal: "immoscout24", person: "Greta Schulz" };
  expect(await (await portal.control("POST", "/revoke", person)).json()).toEqual({ revoked: 1 });
  expect((await portal.me(token)).status).toBe(401);
  expect(await ownToken(portal, "Greta Schulz")).not.toEqual(token);
});

test("a listing is found by its number and by the customer's own, whose slash is written %2F", async () => {
  const portal = await openImmoScout24();
  const token = await ownToken(portal, "Greta Schulz");
  const idAt = async (path: string) => {
    const answer = await portal.listings(token, path);
    expect(answer.status, path).toBe(200);
    return (await answer.json())["realestates.apartmentRent"]["@id"];
  };
  for (const path of ["/1002003010", "/ext-2024%2F013", "/ext-2024%2f013"]) {
    expect(await idAt(path)).toBe("1002003010");
  }
  expect(await idAt("/ext-2024%2F014")).toBe("1002003011");
});

test.each(["/ext-2024/013", "/ext-2024%252F013", "/ext-2024%2F015", "/2024%2F013", "/ext-"])(
  "there is no listing at %s",
  async (path) => {
    const portal = await openImmoScout24();
    const token = await ownToken(portal, "Greta Schulz");
    expect((await portal.listings(token, path)).status).toBe(404);
  },
);

test("a signature over the decoded address is refused: what is signed is what is sent", async () => {
  const portal = await openImmoScout24();
  const token = await ownToken(portal, "Greta Schulz");
  const path = "/restapi/api/offer/v1.0/user/me/realestate/ext-2024";
  const signed = async (ending: string) => {
    let header = "";
    const note = (authorization: string) => {
      header = authorization;
      return authorization;
    };
    await portal.ask(path + ending, { token, header: note, host: "rest.immobilienscout24.de" });
    return header;
  };
  const authorization = await signed("/013");
  const answer = await fetch(`${portal.origin}/rest.immobilienscout24.de${path}%2F013`, {
    headers: { accept: "application/json", authorization },
  });
  expect(answer.status).toBe(401);
});
