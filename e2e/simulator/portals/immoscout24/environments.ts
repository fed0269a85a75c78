import type { Consumer } from "../../protocols/oauth1/verify";
import { type ImmoScout24Person, productionPeople, sandboxPeople } from "./people";

/** Production and sandbox have their own hosts, keys and accounts. */
export type Environment = {
  id: string;
  name: string;
  host: string;
  consumer: Consumer;
  people: readonly ImmoScout24Person[];
};

export const production: Environment = {
  id: "immoscout24",
  name: "ImmoScout24",
  host: "rest.immobilienscout24.de",
  consumer: { key: "simulated-immoscout24", secret: "simulated+secret/immoscout24=" },
  people: productionPeople,
};

export const sandbox: Environment = {
  id: "immoscout24-sandbox",
  name: "ImmoScout24 sandbox",
  host: "rest.sandbox-immobilienscout24.de",
  consumer: { key: "simulated-immoscout24-sandbox", secret: "simulated+secret/sandbox=" },
  people: sandboxPeople,
};
