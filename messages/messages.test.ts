import { readdirSync, readFileSync } from "node:fs";
import { parse, TYPE } from "@formatjs/icu-messageformat-parser";
import { expect, test } from "vitest";
import { problems as codes, type Mode, type Problem } from "@/lib/auth/flow/problems";
import { languages } from "@/lib/language/languages.mjs";
import { type SentenceKey, translatorOf } from "@/lib/language/translators";
import { differences, messageErrors, sentencesIn } from "@/scripts/messages.mjs";

const folder = import.meta.dirname;
const read = (language: string) =>
  sentencesIn(JSON.parse(readFileSync(`${folder}/${language}.json`, "utf8")));

test("every language says everything that English says", () => {
  expect(messageErrors(folder)).toEqual([]);
});

test.each([
  ["a sentence that is missing", {}, "pl: a is missing."],
  ["one that English has not", { a: "{n} x", b: "y" }, "pl: b is not in English."],
  ["an empty one", { a: " " }, "pl: a is empty."],
  ["a lost placeholder", { a: "x" }, "pl: a lacks {n}."],
  ["another placeholder", { a: "{n} {m}" }, "pl: a has {m}, which English has not."],
  [
    "a lost plural form",
    { a: "{n, plural, one {#} few {#} other {#}}" },
    "pl: a lacks the plural form many.",
  ],
  [
    "a plural form of another language",
    { a: "{n, plural, one {#} few {#} many {#} two {#} other {#}}" },
    "pl: a has the plural form two, which the language has not.",
  ],
  [
    "a choice that is no choice",
    { a: "{n, select, x {x} other {y}}" },
    "pl: a has {n: x}, which English has not.",
  ],
])("%s is found", (_, polish, error) => {
  expect(differences("pl", sentencesIn(polish), sentencesIn({ a: "{n}" }))).toContain(error);
});

test("a sentence that cannot be read is found", () => {
  const [error] = differences("pl", new Map([["a", "{n"]]), new Map([["a", "{n}"]]));
  expect(error).toMatch(/^pl: a cannot be read/);
});

/** A sentence in all its forms: each choice of a select, and each form of a plural. */
function formsOf(sentence: string, language: (typeof languages)[number], key: string): string[] {
  const t = translatorOf(language);
  return valuesFor(sentence)
    .map(
      (values) => t.rich(key as SentenceKey, { ...values, ...tagsIn(sentence) } as never) as string,
    )
    .map((each) => [each].flat(9).join(""));
}

type Values = Record<string, string | number>;
type Elements = ReturnType<typeof parse>;

function valuesFor(sentence: string): Values[] {
  let all: Values[] = [{}];
  const with_ = (name: string, options: (string | number)[]) => {
    if (all[0] && name in all[0]) return;
    all = all.flatMap((values) => options.map((option) => ({ ...values, [name]: option })));
  };
  const walk = (elements: Elements) => {
    for (const element of elements) {
      if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
      if (element.type === TYPE.tag) walk(element.children);
      else if (element.type === TYPE.select) {
        const options = Object.keys(element.options).map((each) =>
          each === "other" ? "Casa" : each,
        );
        with_(element.value, options);
      } else if (element.type === TYPE.plural) with_(element.value, [0, 1, 2, 5, 22, 1_000_000]);
    }
    for (const element of elements) {
      if (element.type === TYPE.select || element.type === TYPE.plural)
        for (const { value } of Object.values(element.options)) walk(value);
      else if (element.type === TYPE.argument) with_(element.value, ["Casa"]);
    }
  };
  walk(parse(sentence));
  return all;
}

function tagsIn(sentence: string) {
  const names = [...sentence.matchAll(/<(\w+)>/g)].map(([, name = ""]) => name);
  return Object.fromEntries(names.map((name) => [name, () => "Casa"]));
}

test.each(languages)("every sentence can be said in %s, in all its forms", (language) => {
  for (const [key, sentence] of read(language)) {
    for (const form of formsOf(sentence, language, key)) {
      expect(form, key).not.toMatch(/[{}<>]|undefined|\bother\b {2}/);
      expect(form, key).toBe(form.trim());
      expect(form, key).not.toMatch(/ {2}|'/);
    }
  }
});

test.each(languages.filter((each) => each !== "en"))(
  "no sentence is left in English in %s",
  (language) => {
    const english = read("en");
    const same = [...read(language)].filter(
      ([key, sentence]) => sentence === english.get(key) && /[a-z]{4,} [a-z]{3,}/.test(sentence),
    );
    expect(same).toEqual([]);
  },
);

const t = translatorOf("en");
const named = { portal: "Casa", product: "Portico" };
const unnamed = { ...named, portal: "unnamed" };
const parts = ["title", "body", "next"] as const;
const modes = ["signin", "link", "connect", null] as const;

function say(code: Problem, part: (typeof parts)[number], mode: Mode | null, names = named) {
  const tried = mode ?? "none";
  return t(`problems.${code}.${part}`, { ...names, tried, notDone: t("notDone", { tried }) });
}

/** All that is said of a problem. */
const wordsOf = (code: Problem, mode: Mode | null) =>
  parts.map((part) => say(code, part, mode)).join(" ");

/** Where nothing else was tried than to link, or to change a link. */
const OF_LINKS: readonly Problem[] = [
  "session_changed",
  "member_taken",
  "elsewhere",
  "other_member",
  "question_closed",
  "last_way_in",
];

test.each(["title", "body"] as const)("every problem has a %s of its own", (part) => {
  for (const names of [named, unnamed]) {
    for (const mode of modes) {
      const sentences = codes.map((code) => say(code, part, mode, names));
      expect(new Set(sentences).size).toBe(codes.length);
    }
  }
});

test.each(codes)("a sign-in that fails speaks of no link: %s", (code) => {
  expect(wordsOf(code, "signin")).not.toMatch(/link/i);
});

test.each(codes.filter((code) => !OF_LINKS.includes(code)))(
  "where it is not known what was tried, neither is named: %s",
  (code) => {
    expect(wordsOf(code, null)).not.toMatch(/link|you were not signed in/i);
  },
);

test.each(codes)(
  "a link that fails speaks of signing in only where that is to be done: %s",
  (code) => {
    const ofTheUser = [
      "session_changed",
      "sign_in_first",
      "member_taken",
      "elsewhere",
      "last_way_in",
    ];
    const words = wordsOf(code, "link");
    expect(words).not.toMatch(/you were not signed in/i);
    if (!ofTheUser.includes(code)) expect(words).not.toMatch(/sign(s|ed|ing)?[- ](you )?in\b/i);
  },
);

/** Where no connect session comes to: they are about users, their dashboards and links. */
const NOT_OF_CONNECT_SESSIONS: readonly Problem[] = [
  ...OF_LINKS,
  "sign_in_first",
  "wrong_password",
  "wrong_tokens",
  "too_many_tries",
];

test.each(codes.filter((code) => !NOT_OF_CONNECT_SESSIONS.includes(code)))(
  "a connect session that fails speaks of no link, dashboard or sign-in: %s",
  (code) => {
    expect(wordsOf(code, "connect")).not.toMatch(/link|dashboard|sign(s|ed|ing)?[- ](you )?in\b/i);
  },
);

test.each(languages)("a problem is told in whole sentences in %s", (language) => {
  const sentences = [...read(language)].filter(([key]) => /^problems\..*\.(body|next)$/.test(key));
  for (const [key, sentence] of sentences) {
    for (const form of formsOf(sentence, language, key)) {
      expect(form.replace(/^Casa/, "A"), key).toMatch(/^[\p{Lu}„«“]/u);
      expect(form.replace(/Casa$/, "."), key).toMatch(/[.!?”»]$/);
    }
  }
});

test("nothing is said in a developer's words", () => {
  const jargon =
    /\b(oauth|openid|callback|https?|json|html|null|undefined|api|redirect|flow|session|server|database|client)\b/i;
  for (const [key, sentence] of read("en")) {
    for (const form of formsOf(sentence, "en", key)) expect(form, key).not.toMatch(jargon);
  }
});

test.each(languages)(
  "no idiom of ours is left in %s: an agent reads each sentence once",
  (language) => {
    const idioms =
      /\b(whenever|whoever|nobody|anybody|somebody|for good|just now|moment's|in one go|suits you)\b/i;
    const said = [...read(language)].filter(([key]) => key !== "site.justNow");
    for (const [key, sentence] of said) expect(sentence, key).not.toMatch(idioms);
  },
);

test("declining at the portal is told calmly", () => {
  for (const mode of modes) {
    expect(wordsOf("access_denied", mode)).not.toMatch(/error|failed|wrong|problem|sorry/i);
  }
});

test("everything that can happen is told in a sentence of its own", () => {
  const keys = [...read("en").keys()].filter((key) => key.startsWith("activity.happened."));
  const said = keys.map((key) =>
    t(
      key as "activity.happened.bring.succeeded",
      { portal: "Casa", by: "user", software: "Acme" } as never,
    ),
  );
  expect(new Set(said).size).toBe(keys.length);
  for (const sentence of said) expect(sentence).toMatch(/^[A-Z].*\.$/);
});

test("every sentence is said somewhere", () => {
  const root = `${folder}/..`;
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (name) => /^(app|lib)\/.*\.(ts|tsx|mjs)$/.test(name) && !/\.test\.|generated/.test(name),
  );
  const source = files.map((name) => readFileSync(`${root}/${name}`, "utf8")).join("\n");
  const written = new Set([...source.matchAll(/"([\w.]+)"/g)].map(([, key]) => key));
  const put = [...source.matchAll(/`(\w+\.[\w.]*\$\{[^`]*)`/g)].map(
    ([, template = ""]) => new RegExp(`^${template.replace(/\$\{[^}]*\}/g, "[\\w.]+")}(\\.\\w+)*$`),
  );
  const atTheEdge = /^(failure|refusals)\./;
  const unsaid = [...read("en").keys()].filter(
    (key) => !atTheEdge.test(key) && !written.has(key) && !put.some((each) => each.test(key)),
  );
  expect(unsaid).toEqual([]);
});
