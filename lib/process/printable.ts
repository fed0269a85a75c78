/** Control and formatting characters, which a terminal or a viewer would obey: colours, line ends, a turned direction. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** JSON in one line or indented, with such characters inside its strings written as `\u202e`. It says the same. */
export function printable(json: string): string {
  return json.replace(OBEYED, (character) =>
    character === "\n"
      ? character // between the lines of indented JSON; inside a string it is written as two characters already
      : Array.from({ length: character.length }, (_, at) => escaped(character.charCodeAt(at))).join(
          "",
        ),
  );
}

function escaped(unit: number) {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
