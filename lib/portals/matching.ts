type Option = { connection: string; label: string };

/** The options that contain every typed word, in any order; accents and capitals do not matter. */
export function matching(options: readonly Option[], typed: string): Option[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  return options.filter(({ label }) => words.every((word) => plain(label).includes(word)));
}

/** Of the options that contain every typed word, the chosen one, or else the first. */
export function bestMatch(options: readonly Option[], typed: string, chosen: string) {
  const matches = matching(options, typed);
  return matches.find(({ connection }) => connection === chosen) ?? matches[0];
}

/** Small letters without accents and marks: how a person types a name. */
export function plain(text: string) {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[’']/g, "")
    .replaceAll("-", " ")
    .toLowerCase();
}
