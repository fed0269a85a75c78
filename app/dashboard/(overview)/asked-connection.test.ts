import { expect, test } from "vitest";
import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import type { Offer } from "@/lib/portals/offer";
import { askedConnection } from "./asked-connection";

const now = new Date("2026-11-22T13:05:00Z");

function link(changes: Partial<LinkedPortal>): LinkedPortal {
  return {
    id: "a1",
    connection: "casa-lisboa",
    portal: { name: "Casa", monogram: "CA", colour: "#000" },
    choiceLabel: "Lisboa",
    shortName: "Lisboa",
    environment: "production",
    member: { name: null, email: null, agency: null, listings: null },
    identified: true,
    otherEnvironment: false,
    pasted: false,
    wayIn: true,
    linkedAt: now,
    status: { state: "connected", checkedAt: now },
    consentBy: null,
    clients: [],
    ...changes,
  };
}

const broken = { state: "broken", reason: "invalid_grant", checkedAt: now } as const;

const offer: Offer = {
  portal: { id: "casa", name: "Casa", monogram: "CA", colour: "#000", home: "your Casa account" },
  isLogin: false,
  choiceLabel: "City",
  options: ["lisboa", "porto"].map((city) => ({
    connection: `casa-${city}`,
    label: city,
    shortName: city,
    environment: "production",
  })),
};

test("what is not linked is to be linked", () => {
  expect(askedConnection({ connect: "casa-porto" }, [link({})], [offer])).toEqual({
    kind: "link",
    connection: "casa-porto",
  });
});

test("of several links of a connection, the one that needs its user is meant", () => {
  const links = [link({}), link({ id: "a2", status: broken })];
  const asked = askedConnection({ connect: "casa-lisboa" }, links, []);
  expect(asked).toMatchObject({ kind: "reconnect", link: { id: "a2" } });
});

test("what is linked and works is said to be linked", () => {
  expect(askedConnection({ connect: "casa-lisboa" }, [link({})], [])?.kind).toBe("linked");
});

test("a link of another environment is no link", () => {
  const links = [link({ otherEnvironment: true, status: broken })];
  expect(askedConnection({ connect: "casa-lisboa" }, links, [offer])?.kind).toBe("link");
});

test.each([undefined, "", "nowhere", ["casa-porto"]])("%j asks for nothing", (connect) => {
  expect(askedConnection({ connect }, [link({})], [offer])).toBeNull();
});
