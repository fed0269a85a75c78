/** Who can log in at ImmoScout24, and how each of them behaves. */

export type ImmoScout24Person = {
  /** What `L-IS24-CauserId` says. */
  id: string;
  name: string;
  company: string;
  listings: number;
  /** The portal forgets the header that says whose account it is. */
  withoutCauserId?: true;
  /** The access token takes its time, and comes. */
  tokenDelayMs?: number;
};

export const productionPeople: readonly ImmoScout24Person[] = [
  { id: "100200301", name: "Greta Schulz", company: "Schulz Immobilien", listings: 2 },
  { id: "100200302", name: "Emil Leer", company: "Leer & Söhne", listings: 0 },
  { id: "100200303", name: "Uno Einzel", company: "Einzel Makler", listings: 1 },
  { id: "100200304", name: "Viola Vielhaus", company: "Vielhaus AG", listings: 145 },
  {
    id: "100200305",
    name: "Olaf Ohnename",
    company: "Ohnename GmbH",
    listings: 3,
    withoutCauserId: true,
  },
  {
    id: "100200306",
    name: "Lars Langsam",
    company: "Langsam Immobilien",
    listings: 2,
    tokenDelayMs: 1500,
  },
];

export const sandboxPeople: readonly ImmoScout24Person[] = [
  { id: "900200301", name: "Testa Sandmann", company: "Sandkasten Immobilien", listings: 2 },
  { id: "900200302", name: "Greta Schulz", company: "Schulz Immobilien", listings: 1 }, // another account
];
