/** Who can log in, site by site, and how each of them behaves. */

export type OlxPerson = {
  id: string;
  name: string;
  adverts: number;
  /** What the application may do with this account; everything it registered for unless said. */
  scope?: string;
  /** What a token answer says of its life, in seconds; an hour unless said. */
  expiresIn?: number;
  /** How long an access token really lives, in seconds; as long as was said unless said. */
  livesSeconds?: number;
  /** The token takes its time, and comes. */
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
    { id: "st-olga", name: "Olga Nowak", adverts: 4 }, // somebody else than at Otodom
  ],
};

export function peopleOf(site: string): readonly OlxPerson[] {
  return people[site] ?? [];
}
