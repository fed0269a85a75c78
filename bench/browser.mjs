import { send } from "./load.mjs";

/** A browser as far as a sign-in needs one: cookies, and forms that are sent without a script. */
export class Browser {
  #cookies = new Map();

  /** @returns the answer, whose cookies are kept; redirects are not followed */
  async go({ url, method = "GET", headers = {}, body }) {
    const cookie = [...this.#cookies].map((pair) => pair.join("=")).join("; ");
    const answer = await send({
      url,
      method,
      headers: { "user-agent": "Mozilla/5.0", ...(cookie && { cookie }), ...headers },
      body,
    });
    for (const line of answer.headers["set-cookie"] ?? []) this.#keep(line);
    return answer;
  }

  /** As after the end of a session, months later: everything else that an app has left here stays. */
  endSession() {
    for (const name of this.#cookies.keys()) {
      if (name.endsWith("session-token")) this.#cookies.delete(name);
    }
  }

  hasSession() {
    return [...this.#cookies.keys()].some((name) => name.endsWith("session-token"));
  }

  #keep(line) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

/**
 * The first form of a page, or the first that has this in it, as a browser without scripts sends it.
 * @throws when there is none
 */
export function formOn(page, url, having = "") {
  const form = page.match(/<form.*?<\/form>/gs)?.find((each) => each.includes(having));
  if (!form) throw new Error(`A page has no form ${having}`);
  const inputs = [...form.matchAll(/<input type="hidden"[^>]*>/g)].map(([tag]) => tag);
  const fields = inputs.map((tag) => [attribute(tag, "name"), attribute(tag, "value")]);
  const boundary = "----portico-bench";
  const parts = fields.map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return {
    url,
    method: "POST",
    headers: {
      origin: new URL(url).origin,
      "content-type": `multipart/form-data; boundary=${boundary}`,
    },
    body: `${parts.join("")}--${boundary}--\r\n`,
  };
}

function attribute(tag, name) {
  return new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
}
