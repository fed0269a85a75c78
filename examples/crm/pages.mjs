import { agents } from "./visits.mjs";

/**
 * What agents see. No scripts: every button is a form of its own.
 *
 * @typedef {import("./portico.mjs").Connection} Connection
 * @typedef {import("./portico.mjs").Link} Link
 * @typedef {import("./visits.mjs").Agent} Agent
 * @typedef {import("./bell.mjs").Need & { name: string }} NamedNeed
 * @typedef {{ tone: "good" | "care", title: string, lines: string[], onward?: { href: string, label: string } }} Notice
 * @typedef {{ agent: Agent | null, notice: Notice | null, needs: NamedNeed[] }} Frame what every page shows
 */

const MONTH_MS = 30 * 86_400_000;

/** HTML that is already escaped. `markup` makes it, and escapes all plain text that is put into it. */
class Markup {
  /** @param {string} source */
  constructor(source) {
    this.source = source;
  }
}

/** @typedef {string | number | null | Markup | readonly Markup[]} Insertable */

/** @param {TemplateStringsArray} strings @param {Insertable[]} values */
function markup(strings, ...values) {
  return new Markup(String.raw({ raw: strings }, ...values.map(sourceOf)));
}

/** @param {Insertable} value @returns {string} */
function sourceOf(value) {
  if (value === null) return "";
  if (value instanceof Markup) return value.source;
  if (typeof value === "object") return value.map(sourceOf).join("\n");
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** @param {Frame} frame @param {string} title @param {Markup} body */
function page({ agent, notice, needs }, title, body) {
  const whole = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<title>${title} · Example CRM</title>
</head>
<body>
<header><div>
<a class="brand" href="/">Example CRM</a>
${
  agent &&
  markup`<nav><a href="/">Today</a> <a href="/portals">Portals</a></nav>
<form method="post" action="/logout"><span>${agent.name}</span> <button class="quiet">Log out</button></form>`
}
</div></header>
<main>
${needs.map(needPart)}
${notice && noticePart(notice)}
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  return whole.source;
}

/** @param {NamedNeed} need */
function needPart({ link, name, isBroken }) {
  return markup`<section class="care bell" role="alert">
<p><strong>${name} needs you</strong>: ${isBroken ? "it no longer accepts this connection." : "this connection ends soon."}</p>
${reconnectForm(link, name)}
</section>`;
}

/** @param {Notice} notice */
function noticePart({ tone, title, lines, onward }) {
  return markup`<section class="${tone}" role="${tone === "good" ? "status" : "alert"}">
<h2>${title}</h2>
${lines.map((line) => markup`<p>${line}</p>`)}
${onward ? markup`<p><a href="${onward.href}">${onward.label}</a></p>` : null}
</section>`;
}

/** @param {Frame} frame */
export function loginPage(frame) {
  const buttons = agents.map(
    ({ id, name }) => markup`<button name="agent" value="${id}">${name}</button>`,
  );
  const body = markup`<p>This CRM is an example, and has no passwords. Who are you?</p>
<form class="stack" method="post" action="/login">${buttons}</form>`;
  return page(frame, "Log in", body);
}

/** @param {Frame} frame */
export function todayPage(frame) {
  const body = markup`<ul class="rows">
<li><span><strong>10:00</strong> Viewing, Lindenstraße 4</span></li>
<li><span><strong>14:30</strong> Call Mrs Nowicka about the offer</span></li>
<li><span><strong>16:00</strong> Photos of the loft in Ulica Długa</span></li>
</ul>
<p>Your adverts are at the <a href="/portals">portals</a> that you have connected.</p>`;
  return page(frame, "Today", body);
}

/**
 * @param {Frame} frame
 * @param {{ connections: Connection[], links: Link[], whatOf: (connection: Connection) => string | null }} shown
 */
export function portalsPage(frame, { connections, links, whatOf }) {
  const cards = links
    .toSorted((a, b) => Number(needsHelp(b)) - Number(needsHelp(a)))
    .map((link) => linkCard(link, connections, whatOf));
  const free = connections.filter(({ id }) => !links.some(({ connection }) => connection === id));
  const body = markup`
${cards.length > 0 ? markup`<ul class="cards">${cards}</ul>` : markup`<p>No portal is connected yet.</p>`}
${free.length > 1 ? severalForm(free) : null}
<h2>Connect a portal</h2>
<ul class="rows">${connections.map((connection) => connectRow(connection, !free.includes(connection)))}</ul>`;
  return page({ ...frame, needs: [] }, "Portals", body); // the cards say it, as it is now
}

/** @param {Link} link */
function needsHelp({ status }) {
  return status.state === "broken";
}

/** Whether it ends within a month unless it is connected again. @param {Link} link */
function isDue({ consent_by }) {
  return consent_by !== null && Date.parse(consent_by) < Date.now() + MONTH_MS;
}

const states = {
  connected: "✓ Works",
  stale: "… Mends itself: there is nothing to do",
  broken: "! Needs you: the portal no longer accepts this connection",
  unknown: "? Not tried yet",
};

/** @param {Link} link @param {Connection[]} connections @param {(connection: Connection) => string | null} whatOf */
function linkCard(link, connections, whatOf) {
  const connection = connections.find(({ id }) => id === link.connection);
  const name = connection?.name ?? link.connection;
  const what = connection && whatOf(connection);
  return markup`<li class="card ${needsHelp(link) ? "care" : ""}"><article aria-label="${name}">
<h2>${name}</h2>
${link.member.name && markup`<p>${link.member.name}</p>`}
<p class="state">${states[link.status.state]}</p>
${isDue(link) ? markup`<p>Connect it again by ${link.consent_by?.slice(0, 10) ?? ""}.</p>` : null}
<div class="actions">
${needsHelp(link) || isDue(link) ? reconnectForm(link.id, name) : null}
${
  what && !needsHelp(link)
    ? markup`<form action="/portals/show"><input type="hidden" name="link" value="${link.id}"><button class="quiet">Show my ${what}</button></form>`
    : null
}
<details><summary>Disconnect</summary>
<form method="post" action="/portals/disconnect"><p>We will no longer be able to use your account there.</p>
<input type="hidden" name="link" value="${link.id}"><button class="quiet">Disconnect ${name}</button></form></details>
</div></article></li>`;
}

/** @param {string} link @param {string} name */
function reconnectForm(link, name) {
  return markup`<form method="post" action="/portals/reconnect"><input type="hidden" name="link" value="${link}"><button>Reconnect ${name}</button></form>`;
}

/** @param {Connection[]} free */
function severalForm(free) {
  const fields = free.map(
    ({ id }) => markup`<input type="hidden" name="connection" value="${id}">`,
  );
  return markup`<form method="post" action="/portals/connect">${fields}<button>Connect portals</button></form>`;
}

/** @param {Connection} connection @param {boolean} isLinked a portal that names no member can be linked with several logins */
function connectRow({ id, name }, isLinked) {
  return markup`<li><span>${name}</span>
<form method="post" action="/portals/connect"><input type="hidden" name="connection" value="${id}"><button class="quiet">Connect ${isLinked ? "another login at " : ""}${name}</button></form></li>`;
}

/**
 * @param {Frame} frame
 * @param {{ name: string, what: string, count: unknown, text: string }} shown
 */
export function answerPage(frame, { name, what, count, text }) {
  const body = markup`${typeof count === "number" ? markup`<p class="count">${count} ${what}</p>` : null}
<p>This is what ${name} has answered.</p>
<pre tabindex="0">${text}</pre>
<p><a href="/portals">Back to the portals</a></p>`;
  return page(frame, `Your ${what} at ${name}`, body);
}

/** A page that says one thing. @param {Frame} frame @param {{ title: string, text: string, onward: { href: string, label: string } }} said */
export function messagePage(frame, { title, text, onward }) {
  const body = markup`<p>${text}</p><p><a href="${onward.href}">${onward.label}</a></p>`;
  return page(frame, title, body);
}
