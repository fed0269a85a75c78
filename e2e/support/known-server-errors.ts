import type { RawRequest } from "./raw-request";

/** What is answered with an error of the server though the request is at fault: all of it in Next, before our code runs. */
export const knownServerErrors: readonly {
  reason: string;
  applies: (request: RawRequest) => boolean | Promise<boolean>;
  /** While this is still answered so, the error belongs here; for a page that has a form of this action. */
  example: (action: string) => Partial<RawRequest>;
}[] = [
  {
    reason: "a path whose percent-escapes do not decode",
    applies: ({ target }) => !decodes(target.split("?")[0] ?? ""),
    example: () => ({ target: "/start/mlsconnect/%zz" }),
  },
  {
    reason: "the method TRACE, which a Request of the web can not have",
    applies: ({ method }) => method === "TRACE",
    example: () => ({ method: "TRACE", target: "/healthz" }),
  },
  {
    reason: "a form in parts that can not be read",
    applies: async (request) => isForm(request) && !(await isReadable(request)),
    example: () => ({ method: "POST", headers: [form("x")], body: "--x\r\n" }),
  },
  {
    reason: "a form of more than one megabyte",
    applies: (request) => isForm(request) && request.body.length > 1_000_000,
    example: (action) => ({
      method: "POST",
      headers: [form("x")],
      body: field(action, "a".repeat(1_100_000)),
    }),
  },
  {
    reason: "a form in parts, or a call of an action, that names another origin than ours",
    applies: (request) => header(request, "origin") !== null && isAction(request),
    example: (action) => ({
      method: "POST",
      headers: [form("x"), ["origin", "https://evil.example"]],
      body: field(action, ""),
    }),
  },
  {
    reason: "a state of the page, which only Next's own script sends, that can not be read",
    applies: (request) => header(request, "next-router-state-tree") !== null,
    example: () => ({
      method: "POST",
      target: "/nowhere",
      headers: [
        ["rsc", "1"],
        ["next-router-state-tree", "x"],
      ],
    }),
  },
];

function form(boundary: string): [string, string] {
  return ["content-type", `multipart/form-data; boundary=${boundary}`];
}

function field(name: string, value: string) {
  return `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--x--\r\n`;
}

function header({ headers }: RawRequest, name: string) {
  return headers.find(([each]) => each === name)?.[1] ?? null;
}

function isForm(request: RawRequest) {
  return header(request, "content-type")?.startsWith("multipart/form-data") ?? false;
}

function isAction(request: RawRequest) {
  return isForm(request) || header(request, "next-action") !== null;
}

async function isReadable(request: RawRequest) {
  const headers = { "content-type": header(request, "content-type") ?? "" };
  const read = new Response(request.body, { headers }).formData();
  return read.then(
    () => true,
    () => false,
  );
}

function decodes(path: string) {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
