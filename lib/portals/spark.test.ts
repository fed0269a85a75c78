import { expect, test } from "vitest";
import { spark } from "./spark";
import { sparkOAuth2 } from "./spark-oauth2";

const account = {
  Id: "20080917142739989238000000",
  Name: "Sandra Key",
  FirstName: "Sandra",
  Office: "Key Realty",
  OfficeId: "20070105120000000000000000",
  Mls: "Fargo-Moorhead Area",
  MlsId: "20000426143505724628000000",
  Emails: [{ Type: "Work", Address: "sandra@key.example" }],
  Images: [{ Type: "Photo", Uri: "https://photos.example/sandra.jpg" }],
};

const recordOf = (...results: unknown[]) => ({
  body: { D: { Success: true, Results: results } },
  headers: new Headers(),
});

const claims = { sub: "7f3a", iss: "https://sparkplatform.com", nonce: "n", MemberMlsId: "M1" };

test("the member of OpenID Connect is who the ID token says; the account's id is kept beside it", () => {
  const member = spark.member.read({ claims, record: recordOf(account) });
  expect(member).toMatchObject({
    id: "7f3a",
    name: "Sandra Key",
    email: "sandra@key.example",
    image: "https://photos.example/sandra.jpg",
    agency: "Key Realty",
  });
  expect(member.details).toMatchObject({ MemberMlsId: "M1", account: { id: account.Id } });
  expect(member.details).not.toHaveProperty("nonce");
});

test("the office is known by the ids of claims and account, and by none that would have to be repaired", () => {
  const office = {
    officeId: account.OfficeId,
    officeKey: "20070105120000000000000001",
    officeMlsId: "riv01",
    memberMlsId: "M1",
    mlsId: account.MlsId,
  };
  const told = { ...claims, OfficeKey: office.officeKey, OfficeMlsId: "riv01" };
  expect(spark.member.read({ claims: told, record: recordOf(account) }).office).toEqual(office);
  const { officeKey: _, officeMlsId: __, memberMlsId: ___, ...ofAccount } = office;
  const old = sparkOAuth2.member.read({ claims: null, record: recordOf(account) });
  expect(old.office).toEqual(ofAccount);

  const odd = { ...claims, OfficeKey: " x", OfficeMlsId: {}, MemberMlsId: 4711 };
  expect(spark.member.read({ claims: odd, record: null }).office).toEqual({
    officeKey: null,
    officeMlsId: null,
    memberMlsId: "4711",
  });
});

test("what the claims say comes before the account, and the account need not be there", () => {
  const told = { ...claims, name: "S. Key", email: "s@key.example", Office: "Other" };
  expect(spark.member.read({ claims: told, record: recordOf(account) })).toMatchObject({
    name: "S. Key",
    email: "s@key.example",
    agency: "Other",
  });
  for (const record of [null, recordOf(), recordOf({ Id: 7 }), { ...recordOf(), body: "<html>" }]) {
    expect(spark.member.read({ claims: told, record })).toMatchObject({ id: "7f3a" });
  }
});

test("the member of a Personal Access Token is the account, under a key that is no `sub`", () => {
  const member = spark.member.read({ claims: null, record: recordOf(account) });
  expect(member).toMatchObject({ id: `account:${account.Id}`, name: "Sandra Key" });
  for (const record of [null, recordOf(), { ...recordOf(), body: "<html>" }]) {
    expect(() => spark.member.read({ claims: null, record })).toThrow();
  }
});

test("under OAuth 2 the member is the account, whose digits are all kept", () => {
  const member = sparkOAuth2.member.read({ claims: null, record: recordOf(account) });
  expect(member).toMatchObject({ id: "20080917142739989238000000", name: "Sandra Key" });
});

test("a consumer's contact is a member as well", () => {
  const contact = {
    Id: "20101230223226074201000000",
    DisplayName: "Vera Visitor",
    PrimaryEmail: "vera@home.example",
  };
  expect(sparkOAuth2.member.read({ claims: null, record: recordOf(contact) })).toMatchObject({
    id: contact.Id,
    name: "Vera Visitor",
    email: "vera@home.example",
  });
});
