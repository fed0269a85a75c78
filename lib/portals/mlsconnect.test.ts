import { expect, test } from "vitest";
import { mlsConnect } from "./mlsconnect";

const read = (body: unknown) =>
  mlsConnect.member.read({ claims: null, record: { body, headers: new Headers() } });

/** The body printed in the portal's document. */
const documented = {
  id: "ql4Jgm",
  name: "John Doe",
  email: "johndoe@immosquare.com",
  firstName: "John",
  lastName: "Doe",
  location: null,
  description: null,
  image: "https://static.immosquare.com/mlsconnect/development/johndoe/user/avatar/1.jpeg",
  phone: null,
  urls: null,
  additionalInformation: { agency: { id: "xxxxxxx", name: "IMMOSQUARE" } },
};

test("the documented member is read, and every documented field is kept", () => {
  const { id, ...details } = documented;
  expect(read(documented)).toEqual({
    id,
    name: "John Doe",
    email: "johndoe@immosquare.com",
    image: documented.image,
    agency: "IMMOSQUARE",
    office: { agencyId: "xxxxxxx" },
    listings: null,
    details,
  });
});

test("a member of whom nothing but the id is told is a member", () => {
  const member = read({ id: "ql4Jgm", name: null, additionalInformation: null });
  expect(member).toMatchObject({ id: "ql4Jgm", name: null, email: null, agency: null });
});

test("a name is put together from its parts where the whole is missing", () => {
  expect(read({ id: "a", firstName: "Anna", lastName: "Peeters" }).name).toBe("Anna Peeters");
});

test("an integer id becomes the same digits", () => {
  expect(read({ id: 4711 }).id).toBe("4711");
});

test("everything else that the portal shares in additionalInformation is kept", () => {
  const { details } = read({
    id: "a",
    additionalInformation: {
      agency: { id: 7, name: "X" },
      licence: { number: "L-1", since: [2019] },
    },
  });
  expect(details.additionalInformation).toEqual({
    agency: { id: 7, name: "X" },
    licence: { number: "L-1", since: [2019] },
  });
});

test("characters that a database cannot keep are dropped from what is only shown", () => {
  const member = read({
    id: "a",
    name: "An\u0000na",
    additionalInformation: { "no\u0000te": ["\ud800 half"] },
  });
  expect(member.name).toBe("Anna");
  expect(member.details.additionalInformation).toEqual({ note: ["\ufffd half"] });
});
