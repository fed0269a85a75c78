/** OLX Group's real-estate sites. Each has its own login; all share one API. */

export type Site = { id: string; name: string; host: string; locale: string };

export const sites: readonly Site[] = [
  { id: "imovirtual", name: "Imovirtual", host: "imovirtual.com", locale: "pt" },
  { id: "otodom", name: "Otodom", host: "otodom.pl", locale: "pl" },
  { id: "storia", name: "Storia", host: "storia.ro", locale: "ro" },
];

export const apiHost = "api.olxgroup.com";
