import { createHash } from "node:crypto";

/** The people of Flexmls, with the special behaviour of some. */

export type SparkPerson = Entry & { name: string };

type Entry = {
  /** The person's id in OpenID, the same for every key. */
  sub: string;
  /** The person's id in the Spark API: 26 digits, too many for a JavaScript number. */
  id: string;
  firstName: string;
  lastName: string;
  email: string | null;
  /** An agent, or a consumer who uses the portal of an agent. */
  audience: "member" | "consumer";
  /** A consumer has the office of the agent. */
  office: { id: string; name: string; mlsId: string };
  /** Only for members. */
  memberMlsId?: string;
  /** How many listings this person has. */
  listings: number;
  /** How long an access token of this person is valid; by default a day. */
  accessTokenSeconds?: number;
  /** Known to Flexmls, but not yet to the Spark API. */
  notYetInSpark?: true;
};

/** The password of all people. The user name is first and last name in lower case: `paula.password`. */
const password = "open sesame";

const riviera = {
  id: "20070105120000000000000000",
  name: "Riviera Realty",
  mlsId: "riv01",
};

const lakeside = {
  id: "20090914083000000000000000",
  name: "Lakeside Brokers",
  mlsId: "lak02",
};

const entries: readonly Entry[] = [
  {
    sub: "flx-sandra-9a4",
    id: "20110426173054342350000000",
    firstName: "Sandra",
    lastName: "Key",
    email: "sandra.key@riviera-realty.example",
    audience: "member",
    office: riviera,
    memberMlsId: "riv.key",
    listings: 12,
  },
  {
    sub: "flx-sam-2b7",
    id: "20120903081145777120000000",
    firstName: "Sam",
    lastName: "Broker",
    email: "sam@lakeside-brokers.example",
    audience: "member",
    office: lakeside,
    memberMlsId: "lak.broker",
    listings: 31,
  },
  {
    sub: "flx-olga-7c3",
    id: "20130217140212000981000000",
    firstName: "Olga",
    lastName: "Brief",
    email: "olga@lakeside-brokers.example",
    audience: "member",
    office: lakeside,
    memberMlsId: "lak.brief",
    listings: 2,
    accessTokenSeconds: 3,
  },
  {
    sub: "flx-nils-0d8",
    id: "20140728093344615000000000",
    firstName: "Nils",
    lastName: "Nomail",
    email: null,
    audience: "member",
    office: riviera,
    memberMlsId: "riv.nomail",
    listings: 0,
  },
  {
    sub: "flx-tom-4e6",
    id: "20250101000000000001000000",
    firstName: "Tom",
    lastName: "Newcomer",
    email: "tom@riviera-realty.example",
    audience: "member",
    office: riviera,
    memberMlsId: "riv.newcomer",
    listings: 0,
    notYetInSpark: true,
  },
  {
    sub: "flx-paula-6f5",
    id: "20150310112233445566000000",
    firstName: "Paula",
    lastName: "Password",
    email: "paula@lakeside-brokers.example",
    audience: "member",
    office: lakeside,
    memberMlsId: "lak.password",
    listings: 7,
  },
  {
    sub: "flx-sina-5e1",
    id: "20160606101500123456000000",
    firstName: "Sina",
    lastName: "Single",
    email: "sina@single.example",
    audience: "member",
    office: lakeside,
    memberMlsId: "sin.single",
    listings: 4,
  },
  {
    sub: "flx-vera-8d2",
    id: "20210519070809101112000000",
    firstName: "Vera",
    lastName: "Visitor",
    email: "vera@visitor.example",
    audience: "consumer",
    office: riviera,
    listings: 0,
  },
];

const people: readonly SparkPerson[] = entries.map((entry) => ({
  ...entry,
  name: `${entry.firstName} ${entry.lastName}`,
}));

export function peopleFor(wanted: SparkPerson["audience"]) {
  return people.filter(({ audience }) => audience === wanted);
}

export function findPerson(subOrName: string) {
  return people.find((person) => person.sub === subOrName || person.name === subOrName);
}

/** Only members have a password: consumers log in at the portal of their agent. */
export function personWithPassword(username: string, given: string) {
  if (given !== password) return null;
  const hasUsername = ({ name }: SparkPerson) => name.toLowerCase().replace(" ", ".") === username;
  return peopleFor("member").find(hasUsername) ?? null;
}

/** With a new variant, an id that no app has seen. */
export function openIdSubject({ sub }: SparkPerson, variant: string) {
  return sub + variant;
}

export function accountId({ id }: SparkPerson, variant: string) {
  if (!variant) return id;
  const digest = createHash("sha256").update(`${id} ${variant}`).digest("hex");
  return `20${(BigInt(`0x${digest}`) % 10n ** 24n).toString().padStart(24, "0")}`;
}
