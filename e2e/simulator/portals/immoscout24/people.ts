/** The people of ImmoScout24, with the special behaviour of some. */

export type ImmoScout24Person = {
  /** The value of `L-IS24-CauserId`. */
  id: string;
  name: string;
  company: string;
  listings: number;
  /** The portal leaves out the header with the id. */
  withoutCauserId?: true;
  /** The access token comes this much later. */
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
