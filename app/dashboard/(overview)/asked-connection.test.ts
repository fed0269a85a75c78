import { expect, test } from "vitest";
import type { Offer } from "@/lib/portals/offer";
import { aLink } from "../../testing";
import { askedConnection } from "./asked-connection";

const now = new Date("2026-11-22T13:05:00Z");

const link = aLink;

const broken = { state: "broken", reason: "invalid_grant", checkedAt: now } as const;

const offer: Offer = {
  id: "casa",
  badge: { name: "Casa", group: null, monogram: "CA", colour: "#000" },
  home: "account",
  isLogin: false,
  choice: "board",
  options: ["lisboa", "porto"].map((city) => ({
    connection: `casa-${city}`,
    label: city,
    name: city,
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
  const links = [link({ aside: "other_environment", status: broken })];
  expect(askedConnection({ connect: "casa-lisboa" }, links, [offer])?.kind).toBe("link");
});

test.each([undefined, "", "nowhere", ["casa-porto"]])("%j asks for nothing", (connect) => {
  expect(askedConnection({ connect }, [link({})], [offer])).toBeNull();
});
