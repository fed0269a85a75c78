import { type ParseArgsConfig, parseArgs } from "node:util";
import { configurationErrors } from "@/lib/conversation/configuration";
import { closeDatabase } from "@/lib/db/database";
import { DatabaseError } from "@/lib/db/errors";
import { isDatabaseTrouble } from "@/lib/db/trouble";
import { loadEnvFile } from "@/lib/process/server/env-file.mjs";
import { asksForHelp } from "./help.mjs";
import { surviveReaders, tell } from "./print";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** What was typed: options by their names, and the other words. */
type Asked<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true }>
>;

type Command<O extends Options> = {
  /** How to use it, in lines. */
  usage: string;
  options: O;
  /** Whether it takes words besides options. */
  words?: boolean;
  /** What it ends with when it could not do its work, where 1 says something else. */
  failure?: number;
  /** Resolves to the exit code. */
  run: (asked: Asked<O>) => Promise<number>;
};

/** What a command ends with when it cannot do what it was asked: one sentence, and what it lists below. */
export class CommandError extends Error {
  lines: readonly string[];

  constructor(sentence: string, lines: readonly string[] = []) {
    super(sentence);
    this.lines = lines;
  }
}

/** The same when it was asked wrongly: how to use it follows. */
export class UsageError extends CommandError {}

/** So many characters of a list stand in a sentence; a longer list has a line for each. */
const LIST_LENGTH = 60;

/** That there is no such thing, and what there is instead. */
export function noSuch(what: string, there: readonly string[]): CommandError {
  const list = there.join(", ");
  if (list.length > LIST_LENGTH) return new CommandError(`There is no ${what}. There are:`, there);
  return new CommandError(`There is no ${what}: there are ${list || "none"}.`);
}

/**
 * Runs a command with the settings that the app has, and always lets go of the database. Asked for help, it needs neither.
 */
export async function command<const O extends Options>(given: Command<O>): Promise<void> {
  surviveReaders(given.failure);
  const args = process.argv.slice(2);
  if (asksForHelp(args)) {
    process.stdout.write(`${given.usage}\n`);
    return;
  }
  const code = await codeOf(given, args);
  process.exitCode ||= code; // what could not be written has made it fail already
}

async function codeOf<O extends Options>(given: Command<O>, args: string[]) {
  const { failure = 1 } = given;
  try {
    const asked = parsed(given, args);
    const errors = settingErrors();
    for (const sentence of errors) tell(`✗ ${sentence}`);
    return errors.length > 0 ? failure : await given.run(asked);
  } catch (error) {
    tell(...linesOf(error).map(withoutPassword));
    if (error instanceof UsageError) tell(...given.usage.split("\n"));
    return failure;
  } finally {
    await closeDatabase();
  }
}

function parsed<O extends Options>({ options, words }: Command<O>, args: string[]): Asked<O> {
  try {
    return parseArgs({ args, options, allowPositionals: words ?? false }) as Asked<O>;
  } catch (error) {
    const [sentence = ""] = error instanceof Error ? error.message.split(". ") : [];
    throw new UsageError(sentence.replace(/\.?$/, ".")); // after it stands advice that fits few
  }
}

function settingErrors() {
  const unread = loadEnvFile();
  return unread.length > 0 ? unread : configurationErrors();
}

/** An address is not repeated with its password, wherever it was typed. */
function withoutPassword(line: string) {
  return line
    .replace(/(:\/\/[^:@/\s]*):\S*@/g, "$1:…@")
    .replace(/([?&]password=)[^&\s']*/gi, "$1…");
}

/** Of another error the first line that says something: the rest is where in our code it was. */
function linesOf(error: unknown) {
  if (isDatabaseTrouble(error) && !(error instanceof DatabaseError)) {
    return [`✗ The database did not do what it was asked: ${sentenceOf(error)} Try again later.`];
  }
  if (error instanceof CommandError) {
    return [
      ...(error.message ? [`✗ ${error.message}`] : []),
      ...error.lines.map((line) => `  ${line}`),
    ];
  }
  const text = error instanceof Error ? error.message : String(error);
  return [`✗ ${text.split("\n").find((line) => line.trim() !== "") ?? text}`];
}

/** Prisma says what is wrong last, below which call of ours it was. */
function sentenceOf(error: unknown) {
  const lines = String(error instanceof Error ? error.message : error).split("\n");
  const said = lines.findLast((line) => line.trim() !== "") ?? "";
  return said.trim().replace(/\.?$/, ".");
}
