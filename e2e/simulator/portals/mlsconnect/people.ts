/** Who can log in, board by board, and how each of them behaves. */

export type MlsConnectPerson = {
  /** Short and opaque, as MLSConnect's are; unique on one board only. */
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
  /** Keys the documentation does not mention. */
  undocumented?: Readonly<Record<string, unknown>>;
  /** The portal forgets to say who this is. */
  withoutId?: true;
  /** The token takes its time, and comes. */
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
      email: sharedAddress, // as on Federia, where she is somebody else
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

/** A numbered board has no people of its own: Federia's work there too. */
export function peopleOf(board: string): readonly MlsConnectPerson[] {
  return people[board] ?? people.federia ?? [];
}

export function fullName({ firstName, lastName }: MlsConnectPerson) {
  return `${firstName} ${lastName}`;
}

/** On a host that cannot exist: whoever tries to load it leaves the machine, and a test notices. */
function avatar(id: string) {
  return `https://static.mls-connect.test/user/avatar/${id}.jpeg`;
}
