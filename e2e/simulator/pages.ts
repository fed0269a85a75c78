import { type Answer, html } from "./answer";

/** The simulator's pages: one look, no scripts, and a header that says they are not real. */

/** HTML that is already escaped. `markup` makes it, and escapes all plain text that is put into it. */
export class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

type Insertable = string | Markup | readonly Markup[];

export function markup(strings: TemplateStringsArray, ...values: Insertable[]) {
  return new Markup(String.raw({ raw: strings }, ...values.map(sourceOf)));
}

export type Page = { portal: string; title: string; body: Markup; status?: number };

export function page({ portal, title, body, status = 200 }: Page): Answer {
  const document = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${title} · Simulator</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header><strong>Simulator</strong> · ${portal}. Nothing here is real.</header>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  return html(status, document.source);
}

export function notFound(sentence: string) {
  return page({
    portal: "No such page",
    title: "Not found",
    body: markup`<p>${sentence}</p>`,
    status: 404,
  });
}

/** A form whose only visible part is its button. */
export function buttonForm(action: string, button: string, hidden: Record<string, string> = {}) {
  const fields = Object.entries(hidden).map(
    ([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">`,
  );
  return markup`<form method="post" action="${action}">${fields}<button>${button}</button></form>`;
}

function sourceOf(value: Insertable): string {
  if (typeof value === "string") return escapeHtml(value);
  if (value instanceof Markup) return value.source;
  return value.map(({ source }) => source).join("\n");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string) {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

const style = `
:root { color-scheme: light dark; --ink: light-dark(#22252b, #e8e8ea); --paper: light-dark(#f6f6f8, #191a1e);
  --card: light-dark(#fff, #24262c); --line: light-dark(#767a85, #8a8e99); --accent: light-dark(#4a2d8f, #c9b6ff); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header { padding: 12px 24px; border-bottom: 2px dashed var(--accent); }
main { max-width: 480px; margin: 32px auto; padding: 24px; background: var(--card); border-radius: 12px; }
h1 { margin: 0 0 16px; font-size: 24px; line-height: 1.25; }
form { margin: 12px 0; }
button, .button { display: block; width: 100%; min-height: 44px; padding: 8px 16px; border: 1px solid var(--line);
  border-radius: 8px; background: transparent; color: inherit; font: inherit; text-align: center; cursor: pointer; }
.button { text-decoration: none; }
.logo { display: inline-grid; place-items: center; width: 56px; height: 56px; border-radius: 12px;
  background: var(--accent); color: var(--card); font-size: 24px; font-weight: 700; text-decoration: none; }
a { color: var(--accent); overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;
