import { simulator } from "./apps";

/** A client's server, as it speaks with a door: ours, or the naive one. */

export type DoorKey = { url: string; key: string };

type Answer = { status: number; body: Record<string, unknown> };
type Wish = {
  connections: string[];
  return_url: string;
  challenge?: string;
  expires_in?: number;
};
type Proof = { code: string; external_id: string; verifier?: string };
type Link = { id: string; connection: string };

/** A call to each portal that tells whose account it is. At Otodom it is the number of adverts. */
const whoCalls: Record<string, { url: string; who: (said: never) => string }> = {
  "olx-otodom": {
    url: `${simulator.portals}/api.olxgroup.com/advert/v1/meta`,
    who: ({ total }: { total: number }) => (total === 3 ? "Olga Nowak" : "Piotr Pusty"),
  },
  "mlsconnect-federia": {
    url: `${simulator.portals}/mls-connect.com/api/oauth/me`,
    who: ({ name }: { name: string }) => name,
  },
};

export class DoorClient {
  readonly #door: DoorKey;

  constructor(door: DoorKey) {
    this.#door = door;
  }

  begin = (externalId: string, wish: Wish) => {
    const user = { external_id: externalId, name: externalId };
    return this.#send("POST", "connect-sessions", { user, ...wish });
  };

  session = (id: string) => this.#send("GET", `connect-sessions/${id}`);

  finish = (id: string, proof: Proof) => this.#send("POST", `connect-sessions/${id}/finish`, proof);

  async links(externalId: string): Promise<Link[]> {
    const query = new URLSearchParams({ external_id: externalId });
    return (await this.#send("GET", `links?${query}`)).body.links as Link[];
  }

  /** Whose portals this client can use for one of its users, as the portals say. */
  async portalsOf(externalId: string): Promise<string[]> {
    const owners = new Set<string>();
    for (const { id, connection } of await this.links(externalId)) {
      const call = whoCalls[connection];
      if (!call) throw new Error(`Say how to ask ${connection} whose account it is`);
      const request = { method: "GET", url: call.url };
      const { headers } = (await this.#send("POST", `links/${id}/headers`, request)).body;
      const said = await fetch(call.url, { headers: headers as Record<string, string> });
      if (!said.ok) throw new Error(`${connection} has refused: ${said.status}`);
      owners.add(call.who((await said.json()) as never));
    }
    return [...owners].toSorted();
  }

  async #send(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await fetch(`${this.#door.url}/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#door.key}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }
}
