import { expect, test } from "vitest";
import { parseEnvText } from "./env-text.mjs";

/** Lines that programs read differently, and what they mean here. */

test.each([
  ["A=", ""],
  ["A= # a comment", ""],
  ["A=two words  # a comment", "two words"],
  ["A = spaced ", "spaced"],
  ["export A=exported", "exported"],
  ["  A=indented", "indented"],
  ["A=pa$$w$or\x7bB}d", "pa$$w$or\x7bB}d"],
  ['A="pa$$w$or\x7bB}d"', "pa$$w$or\x7bB}d"],
  ["A='pa$$w$or\x7bB}d'", "pa$$w$or\x7bB}d"],
  ['A="a # b"', "a # b"],
  ["A='a#b' # a comment", "a#b"],
  [String.raw`A='a\nb\$c'`, String.raw`a\nb\$c`],
  ['A=`it\'s "both"`', `it's "both"`],
  ["A=it's", "it's"],
  ['A=a "b" c', 'a "b" c'],
  ["A=a=b==", "a=b=="],
  ["A='  kept  '", "  kept  "],
  ["A=zażółć 🏡", "zażółć 🏡"],
  ["A=first\nA=last", "last"],
  ["A=1\r\nB=2\r", "1"],
  ["B=2\rA=1", "1"],
  ["# A=0\n\n   # A=0\nA=1", "1"],
])("%j gives A the value %j", (text, value) => {
  const { variables, errors } = parseEnvText(text);
  expect(errors).toEqual([]);
  expect(variables.A).toBe(value);
});

test.each([
  ["canary", "line 1 is not NAME=value"],
  ["A: canary", "line 1 is not NAME=value"],
  ["2A=canary", "line 1 is not NAME=value"],
  ["A-B=canary", "line 1 is not NAME=value"],
  ["export A", "line 1 is not NAME=value"],
  ["\n\nA='canary", "line 3: A has a quote that does not end on its line"],
  ['A="canary\ncanary"\n', "line 1: A has a quote that does not end on its line"],
  ["A='canary\"", "line 1: A has a quote that does not end on its line"],
  ['A="can"ary"', "line 1: A goes on after its closing quote"],
  ["A='canary'# a comment", "line 1: A goes on after its closing quote"],
  ["A=canary#canary", "line 1: A holds a #"],
  ["A=canary#canary # a comment", "line 1: A holds a #"],
  ["A=#canary", "line 1: A holds a #"],
  [String.raw`A=can\$ary`, "line 1: A holds a backslash"],
  [String.raw`A="can\nary"`, "line 1: A holds a backslash"],
])("%j is refused without its value", (text, sentence) => {
  const { errors } = parseEnvText(text);
  expect(errors[0]).toContain(sentence);
  expect(errors.join()).not.toContain("canary");
});

test("every line that cannot be read is told, and the others are read", () => {
  expect(parseEnvText("A='\nB=b\nc")).toMatchObject({
    variables: { B: "b" },
    errors: [expect.stringMatching(/^line 1: A/), expect.stringMatching(/^line 3 /)],
  });
});
