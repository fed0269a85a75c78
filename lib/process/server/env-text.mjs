/**
 * What a .env file says. Programs read such files differently where a value holds `#`, a backslash or a lone quote. Here a
 * value is one line and means what stands there, `$` included; what could mean several things is an error.
 */

/** @typedef {{ variables: Record<string, string>, errors: string[] }} EnvText errors name line and variable, never the value */

const ASSIGNMENT = /^(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=(.*)$/;

/** Up to the first quote of its kind; a comment may follow after a space. */
const QUOTED = /^(["'`])(.*?)\1(.*)$/;
const NOTHING_MORE = /^[ \t]*$|^[ \t]+#/;

const BARE = /^(.*?)(?:[ \t]+#.*)?$/;

const BACKSLASH = "holds a backslash, which programs read differently: put single quotes around it";

/**
 * @param {string} text
 * @returns {EnvText}
 */
export function parseEnvText(text) {
  /** @type {Record<string, string>} */
  const variables = {};
  /** @type {string[]} */
  const errors = [];
  for (const [at, line] of text.split(/\r\n|\n|\r/).entries()) {
    const said = line.trim();
    if (said === "" || said.startsWith("#")) continue;
    const [, name, written = ""] = ASSIGNMENT.exec(said) ?? [];
    const { value, error } = name ? readValue(written) : wrong("is not NAME=value");
    if (!name || error) errors.push(`line ${at + 1}${name ? `: ${name}` : ""} ${error}`);
    else variables[name] = value;
  }
  return { variables, errors };
}

/**
 * @param {string} written
 * @returns {{ value: string, error?: string }}
 */
function readValue(written) {
  return /^[ \t]*["'`]/.test(written) ? quotedValue(written.trim()) : bareValue(written);
}

/** @param {string} written */
function quotedValue(written) {
  const [, quote, value = "", after = ""] = QUOTED.exec(written) ?? [];
  if (!quote) return wrong("has a quote that does not end on its line");
  if (!NOTHING_MORE.test(after)) {
    return wrong("goes on after its closing quote: put quotes of another kind around it");
  }
  if (quote === '"' && value.includes("\\")) return wrong(BACKSLASH);
  return { value };
}

/** @param {string} written */
function bareValue(written) {
  const [, value = ""] = BARE.exec(written) ?? [];
  if (value.includes("#")) {
    return wrong("holds a #: put quotes around the value, or a space before a comment");
  }
  if (value.includes("\\")) return wrong(BACKSLASH);
  return { value: value.trim() };
}

/** @param {string} error */
function wrong(error) {
  return { value: "", error };
}
