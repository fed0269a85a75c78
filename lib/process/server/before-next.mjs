/**
 * Loaded before Next's server, with `node --import`, wherever it is started: what has to happen before Next sees a request,
 * or what Next has no setting for.
 */
import { guardServers } from "./edge.mjs";
import { guardOutput } from "./output.mjs";

guardOutput();
guardServers();
