/**
 * Whether Next can take the body of a request for the call of an action. Our actions take one form or nothing and have no bound
 * arguments, so a browser sends them in three ways only. Next takes anything else for an error of its own.
 * @param {import("node:http").IncomingMessage} request
 * @param {Buffer} body
 * @returns {Promise<import("./refusal.mjs").Reason | null>}
 */
export async function formProblem({ method, headers }, body) {
  const type = headers["content-type"] ?? "";
  const called = headers["next-action"] !== undefined;
  if (method !== "POST") return null;
  if (!/^multipart\/form-data\b/i.test(type)) {
    return called && body.toString() !== NO_ARGUMENTS ? "form" : null;
  }
  const form = await formIn(type, body);
  if (!form) return "form";
  const fields = [...form];
  if (fields.some(([, value]) => typeof value !== "string")) return "form";
  return (called ? isCall(fields) : isPlainForm(fields)) ? null : "form";
}

/** From a script, to an action that reads no form: Next leaves out an argument that is not used. */
const NO_ARGUMENTS = "[]";

/**
 * @param {string} type
 * @param {Buffer} body
 */
async function formIn(type, body) {
  try {
    return await new Response(new Uint8Array(body), {
      headers: { "content-type": type },
    }).formData();
  } catch {
    return null;
  }
}

/** @typedef {[string, FormDataEntryValue][]} Fields */

/**
 * From a script: the one argument is form number 1, whose fields have `_1_` before their names.
 * @param {Fields} fields
 */
function isCall(fields) {
  return fields.every(([name, value]) => (name === "0" ? value === '["$K1"]' : /^_1_/.test(name)));
}

/**
 * Without scripts: the action is named by a field of the form.
 * @param {Fields} fields
 */
function isPlainForm(fields) {
  const actions = fields.filter(([name]) => name.startsWith("$ACTION"));
  return actions.every(
    ([name, value]) => /^\$ACTION_ID_[\da-f]{40,64}$/.test(name) && value === "",
  );
}
