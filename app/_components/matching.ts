import type { Offer } from "@/lib/portals/offer";

/** The options that contain every typed word, in any order; accents and capitals do not matter. */
export function matching(options: Offer["options"], typed: string): Offer["options"] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  return options.filter(({ label }) => words.every((word) => plain(label).includes(word)));
}

function plain(text: string) {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[’']/g, "")
    .replaceAll("-", " ")
    .toLowerCase();
}
