/**
 * Server software of others that Portico is tried against. `command` starts one, or tells its version when `--version` is
 * added; `debian` names the packages that it needs, those from npm are in package.json.
 * @typedef {{ title: string, command: string[], debian: string[] }} Server
 */

const folder = "e2e/independent/servers";

// Debian's own programs: another Ruby or Python does not find the packages that Debian has.
const python = "/usr/bin/python3";
const ruby = "/usr/bin/ruby";

/** @satisfies {Record<string, Server>} */
export const servers = {
  doorkeeper: {
    title: "Doorkeeper",
    command: [ruby, `${folder}/doorkeeper/server.rb`],
    debian: ["ruby-doorkeeper", "ruby-rails", "ruby-sqlite3", "puma"],
  },
  doorkeeperOpenId: {
    title: "Doorkeeper's OpenID Connect",
    command: [ruby, `${folder}/doorkeeper/server.rb`, "openid"],
    debian: ["ruby-doorkeeper-openid-connect", "ruby-rails", "ruby-sqlite3", "puma"],
  },
  oauthlib: {
    title: "oauthlib",
    command: [python, "-B", `${folder}/oauthlib/server.py`],
    debian: ["python3-oauthlib", "python3-flask"],
  },
  authlib: {
    title: "Authlib",
    command: [python, "-B", `${folder}/authlib/server.py`],
    debian: ["python3-authlib", "python3-flask"],
  },
  oidcProvider: {
    title: "oidc-provider",
    command: [process.execPath, `${folder}/oidc-provider/server.mjs`],
    debian: [],
  },
  oauth2Server: {
    title: "@node-oauth/oauth2-server",
    command: [process.execPath, `${folder}/oauth2-server/server.mjs`],
    debian: [],
  },
};
