/** The people of each board, with the special behaviour of some. */

export type MlsConnectPerson = {
  /** Unique on its board only, and short, as MLSConnect's ids are. */
  id: string;
  firstName: string;
  lastName: string;
  email: string | null;
  location?: string;
  description?: string;
  image?: string;
  phone?: string;
  urls?: Readonly<Record<string, string>>;
  agency?: { id: string; name: string };
  /** Fields that the documentation does not mention. */
  undocumented?: Readonly<Record<string, unknown>>;
  /** The portal leaves out the id. */
  withoutId?: true;
  /** The token comes this much later. */
  tokenDelayMs?: number;
};

const sharedAddress = "anna.peeters@immo-peeters.example";

const people: Readonly<Record<string, readonly MlsConnectPerson[]>> = {
  federia: [
    {
      id: "ql4Jgm",
      firstName: "Anna",
      lastName: "Peeters",
      email: sharedAddress,
      location: "Gent",
      description: "Residential sales",
      image: avatar("ql4Jgm"),
      phone: "+32 9 555 01 01",
      urls: { website: "https://immo-peeters.example" },
      agency: { id: "Xk29ba", name: "Immo Peeters" },
    },
    {
      id: "b8Rt2w",
      firstName: "Bram",
      lastName: "Declercq",
      email: "bram@declercq.example",
      image: avatar("b8Rt2w"),
      agency: { id: "Vm71cd", name: "Declercq & Zonen" },
      undocumented: { spokenLanguages: ["nl", "fr"] },
    },
    { id: "n0VIde", firstName: "Nina", lastName: "Vide", email: null },
    {
      id: "s4nsN0",
      firstName: "Noé",
      lastName: "Sansnom",
      email: "noe@sansnom.example",
      image: avatar("s4nsN0"),
      withoutId: true,
    },
    {
      id: "d1LaNg",
      firstName: "Dieter",
      lastName: "Langsam",
      email: "dieter@langsam.example",
      image: avatar("d1LaNg"),
      agency: { id: "Lg30sm", name: "Langsam Immobilien" },
      tokenDelayMs: 1500,
    },
  ],
  "cote-dazur": [
    {
      id: "c7MaRt",
      firstName: "Claire",
      lastName: "Martin",
      email: "claire.martin@riviera-immo.example",
      location: "Nice",
      image: avatar("c7MaRt"),
      phone: "+33 4 93 55 01 02",
      agency: { id: "Rv06ni", name: "Riviera Immo" },
    },
    {
      id: "a9PeCz",
      firstName: "Anna",
      lastName: "Peeters",
      email: sharedAddress, // the same as on Federia, but another account
      image: avatar("a9PeCz"),
      agency: { id: "Bm44ca", name: "Bord de Mer" },
    },
    {
      id: "m3RoUx",
      firstName: "Marc",
      lastName: "Roux",
      email: "marc@roux.example",
      image: avatar("m3RoUx"),
    },
  ],
  caraibes: [
    {
      id: "j5CeLe",
      firstName: "Josiane",
      lastName: "Célestin",
      email: "josiane@celestin.example",
      location: "Fort-de-France",
      image: avatar("j5CeLe"),
      agency: { id: "Md97fd", name: "Madinina Immobilier" },
    },
  ],
  "federia-staging": [
    {
      id: "t3StEr",
      firstName: "Test",
      lastName: "Tester",
      email: "test@tester.example",
      image: avatar("t3StEr"),
      agency: { id: "Ts00st", name: "Test Agency" },
    },
  ],
};

/** A numbered board has the people of Federia. */
export function peopleOf(board: string): readonly MlsConnectPerson[] {
  return people[board] ?? people.federia ?? [];
}

export function fullName({ firstName, lastName }: MlsConnectPerson) {
  return `${firstName} ${lastName}`;
}

/** On a host that cannot exist: loading the image would fail and be seen in a test. */
function avatar(id: string) {
  return `https://static.mls-connect.test/user/avatar/${id}.jpeg`;
}
