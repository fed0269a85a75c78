/** The people of each site, with the special behaviour of some. */

export type OlxPerson = {
  id: string;
  name: string;
  adverts: number;
  /** The application's rights to this account; by default all that it registered for. */
  scope?: string;
  /** `expires_in` of a token answer; by default an hour. */
  expiresIn?: number;
  /** How long an access token is really valid; by default as long as `expires_in` says. */
  livesSeconds?: number;
  /** The token comes this much later. */
  tokenDelayMs?: number;
};

const people: Readonly<Record<string, readonly OlxPerson[]>> = {
  imovirtual: [
    { id: "im-joao", name: "João Silva", adverts: 2 },
    { id: "im-ana", name: "Ana Vazia", adverts: 0 },
  ],
  otodom: [
    { id: "ot-olga", name: "Olga Nowak", adverts: 3 },
    { id: "ot-piotr", name: "Piotr Pusty", adverts: 0 },
    { id: "ot-dorota", name: "Dorota Długa", adverts: 60 },
    { id: "ot-kasia", name: "Kasia Krótka", adverts: 1, expiresIn: 2 },
    { id: "ot-nela", name: "Nela Nagła", adverts: 1, livesSeconds: 2 },
    { id: "ot-wiktor", name: "Wiktor Wolny", adverts: 1, tokenDelayMs: 1500 },
    { id: "ot-bruno", name: "Bruno Bezprawny", adverts: 1, scope: "read:leads" },
  ],
  storia: [
    { id: "st-ioana", name: "Ioana Popescu", adverts: 1 },
    { id: "st-olga", name: "Olga Nowak", adverts: 4 }, // another account than at Otodom
  ],
};

export function peopleOf(site: string): readonly OlxPerson[] {
  return people[site] ?? [];
}
