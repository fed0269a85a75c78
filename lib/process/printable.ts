/** Control and formatting characters, which a terminal or a viewer would obey: colours, line ends, a turned direction. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** JSON in one line or indented, with such characters inside its strings written as `\u202e`. It says the same. */
export function printable(json: string): string {
  return json.split("\n").map(printableLine).join("\n"); // a line end inside a string is written as two characters already
}

/** A line for a person, with such characters written as `\u202e`, line ends too. */
export function printableLine(text: string): string {
  return text.replace(OBEYED, (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
