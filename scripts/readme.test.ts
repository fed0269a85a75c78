import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { connectionsFrom } from "@/lib/portals/connections";
import { ENDPOINTS } from "@/lib/portals/portal";
import { portals } from "@/lib/portals/registry";
import { stemOf } from "@/lib/portals/variables";
import packageJson from "@/package.json";

/** What the documents say of this project must be so: a newcomer has nothing else to go by. */

const documents = ["README.md", ...markdownIn("docs")].map((path) => {
  const text = readFileSync(path, "utf8");
  return { path, text, prose: withoutBlocks(text), blocks: blocksOf(text) };
});
const all = documents.map(({ text }) => text).join("\n");
const tables = allOf(readFileSync("docs/connect-a-portal.md", "utf8"), /^\|([^|]*)/gm).join("\n");
const decisions = markdownIn("docs/decisions");
const dotEnvExample = readFileSync(".env.example", "utf8");
const topLevel = readdirSync(".");

/** The portal of the worked example is not one of ours, and neither are its files and variables. */
const example = { file: /\/villago\./, variable: /^VILLAGO_/ };

/** Variables of Node, of Next, of libraries, of the tests, of the simulator, of the demo and of the image. */
const others = [
  ...["NODE_ENV", "PORT", "CHROMIUM", "SIMULATOR_PORT", "PORTICO_URL", "EXAMPLE_CRM"],
  ...["NODE_EXTRA_CA_CERTS", "NODE_USE_ENV_PROXY", "HTTPS_PROXY", "ALL_PROXY"],
  ...["NODE_DEBUG", "DEBUG", "POSTGRES_PASSWORD"],
  ...["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER"],
  ...["OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_SDK_DISABLED"],
  ...["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"],
  ...["OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES"],
];

test("the README is short", () => {
  const [readme] = documents;
  expect(readme?.text.trimEnd().split("\n").length).toBeLessThanOrEqual(150);
});

test.each(documents)("$path: every file that it names is there", ({ prose }) => {
  const named = allOf(prose, /`([^`\s]+)`/g).filter(isPath);
  const strays = named.filter((path) => !existsSync(fixedPart(path)) && !example.file.test(path));
  expect(strays).toEqual([]);
});

test.each([...documents.map(({ path }) => path), ...decisions])(
  "%s: every link of its own leads somewhere",
  (path) => {
    const prose = withoutBlocks(readFileSync(path, "utf8"));
    const targets = allOf(prose, /(?:\]\(|src=")([^)"\s]+)[)"]/g);
    const strays = targets.filter((target) => !/^\w+:/.test(target) && !leads(path, target));
    expect(strays).toEqual([]);
  },
);

test("the README leads to every document", () => {
  const [readme, ...rest] = documents;
  const missing = rest.filter(({ path }) => !readme?.text.includes(`](${path})`));
  expect(missing.map(({ path }) => path)).toEqual([]);
});

test("every command that they give is one of package.json, and every one of package.json is given", () => {
  const given = allOf(all, /\bnpm (?:run )?((?<=run )[\w:-]+|test|start)\b/g);
  const known = Object.keys(packageJson.scripts);
  expect(given.filter((name) => !known.includes(name))).toEqual([]);
  expect(known.filter((name) => !given.includes(name))).toEqual([]);
});

test("every setting is in .env.example and in a table of settings, and what must not be set is in the latter", () => {
  const settings = settingsOfPortico();
  expect(settings).toContain("AUTH_URL");
  expect(settings.filter((name) => !tables.includes(`\`${name}\``))).toEqual([]);
  expect(others.filter((name) => !all.includes(`\`${name}\``))).toEqual([]);

  const refused = ["AUTH_REDIRECT_PROXY_URL"];
  const inExample = allOf(dotEnvExample, /^([A-Z_]+)=/gm);
  expect(settings.filter((name) => !inExample.includes(name))).toEqual(refused);
});

const read = variablesOfPortals();

test.each(portals)(
  "$name: every variable that the code reads is in a table of settings",
  ({ id }) => {
    const choices = ["<[A-Z]+>", ...choicesOf(id).map(stemOf).toSorted(longestFirst)].join("|");
    const own = new RegExp(`^${stemOf(id)}_(?:(?:${choices})_)?`);
    const strays = read
      .filter((name) => portalOf(name) === id)
      .filter((name) => {
        const setting = name.replace(own, "");
        return !new RegExp(`\`(?:${own.source.slice(1)}|_)${setting}\``).test(tables);
      });
    expect(strays).toEqual([]);
  },
);

test.each(documents)("$path: every variable that it names is one that is read", (document) => {
  const elsewhere = [
    ...others,
    ...ENDPOINTS, // as a portal's file names its addresses
    ...["CLIENT_ID", "CLIENT_SECRET", "API_KEY", "USER_AGENT"], // and its credentials
  ];
  const known = [...settingsOfPortico(), ...read, ...elsewhere];
  const inProse = allOf(
    document.prose,
    /`((?:[A-Z][A-Z\d]*|<[A-Z]+>)?(?:_[A-Z\d]+|_<[A-Z]+>|_…)+)(?:=\w+)?`/g,
  );
  const inBlocks = allOf(document.blocks, /^(?:export )?([A-Z][A-Z\d]*_[A-Z\d_]+)=/gm);
  const strays = [...inProse, ...inBlocks]
    .filter((name) => !example.variable.test(name))
    .filter((name) => !known.some((each) => patternOf(name).test(each)));
  expect(strays).toEqual([]);
});

test("every type that the glossary names is there", () => {
  const glossary = readFileSync("docs/glossary.md", "utf8");
  const named = allOf(glossary, /^- \*\*.*?\*\* \((.*?)\):/gm).flatMap((names) =>
    allOf(names, /`(\w+)`/g),
  );
  expect(named.length).toBeGreaterThan(100);
  const sources = ["app", "lib", "messages", "e2e"].flatMap(typeScriptIn);
  const declared = new Set(
    sources.flatMap((file) =>
      allOf(readFileSync(file, "utf8"), /^export (?:type|class|interface|const) (\w+)/gm),
    ),
  );
  expect(named.filter((name) => !declared.has(name))).toEqual([]);
});

function markdownIn(folder: string) {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
}

function typeScriptIn(folder: string) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !/generated|node_modules/.test(name))
    .map((name) => join(folder, name));
}

function withoutBlocks(text: string) {
  return text.replace(/^```[\s\S]*?^```$/gm, "");
}

function blocksOf(text: string) {
  return (text.match(/^```[\s\S]*?^```$/gm) ?? []).join("\n");
}

function allOf(text: string, pattern: RegExp) {
  return [...new Set([...text.matchAll(pattern)].map(([, found = ""]) => found))];
}

/** Begins in a folder of this project, or ends like one of its files. What git ignores need not be there. */
function isPath(text: string) {
  if (/^(\/|\.env$|\.data\b|erasure-|https?:)/.test(text)) return false;
  const [first = "", ...rest] = text.split("/");
  const ours = topLevel.includes(first) && (rest.length > 0 || first.includes("."));
  return ours || /^[\w.[\]<>/-]+\.(tsx?|mjs|json|md|prisma|sql|ya?ml|css|png)$/.test(text);
}

/** `lib/portals/<portal>.ts` stands for a file yet to be written: its folder must be there. */
function fixedPart(path: string) {
  const [before = ""] = path.split("<");
  return before === path ? path : dirname(`${before}x`);
}

/** Whether a link's file is there, and in it the heading that the link names. */
function leads(from: string, target: string) {
  const [file = "", anchor] = target.split("#");
  const path = file ? join(dirname(from), file) : from;
  if (!existsSync(path)) return false;
  return anchor === undefined || headingsOf(path).includes(anchor);
}

/** As GitHub makes anchors of headings. */
function headingsOf(path: string) {
  const headings = allOf(withoutBlocks(readFileSync(path, "utf8")), /^#{1,6} (.+)$/gm);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function settingsOfPortico() {
  const schema = /const Schema = z\.object\(\{([\s\S]*?)\n\}\);/.exec(
    readFileSync("lib/env.ts", "utf8"),
  )?.[1];
  return allOf(schema ?? "", /^ {2}([A-Z_]+):/gm);
}

/** All that is asked for while the connections of every portal are made. */
function variablesOfPortals() {
  const asked = new Set<string>();
  const lists = portals.flatMap(({ id, choice }) =>
    choice ? [[`${stemOf(id)}_${choice.listedIn}`, choicesOf(id).join(" ")]] : [],
  );
  const listed: Record<string, string> = Object.fromEntries(lists);
  const variables = new Proxy(listed, {
    get(lists, name: string) {
      asked.add(name);
      return lists[name] ?? (/_(CLIENT_ID|CLIENT_SECRET|API_KEY)$/.test(name) ? "set" : undefined);
    },
  });
  connectionsFrom(portals, variables);
  return [...asked];
}

/** The choices that .env.example lists. */
function choicesOf(portalId: string) {
  const choice = portals.find(({ id }) => id === portalId)?.choice;
  if (!choice) return [];
  const list = new RegExp(`^${stemOf(portalId)}_${choice.listedIn}="(.*)"$`, "m");
  return list.exec(dotEnvExample)?.[1]?.split(" ") ?? [];
}

/** The portal that a variable belongs to: of two that it may begin with, the longer. */
function portalOf(variable: string) {
  const ids = portals.map(({ id }) => id).toSorted(longestFirst);
  return ids.find((id) => variable.startsWith(`${stemOf(id)}_`));
}

function longestFirst(a: string, b: string) {
  return b.length - a.length;
}

/** `_SCOPE` is the end of a name, `OLX_…` its beginning, and `<SITE>` stands for any part of it. */
function patternOf(name: string) {
  const body = name.replace(/<[A-Z]+>/g, "[A-Z\\d_]+").replace("…", ".*");
  return new RegExp(`${name.startsWith("_") ? "" : "^"}${body}$`);
}
