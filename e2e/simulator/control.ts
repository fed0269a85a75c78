import { z } from "zod";
import { type Answer, json } from "./answer";
import { Fault } from "./faults";
import { errorSentence } from "./options";
import { secretKinds } from "./portal";
import type { PortalRequest } from "./request";
import type { Simulator } from "./simulator";

/** `/_simulator/…`: what a test may change or read in the simulator. Every answer is JSON. */
export function control(request: PortalRequest, simulator: Simulator): Answer {
  const action = actions[`${request.method} ${request.path}`];
  if (!action) return problem(404, `Known: ${Object.keys(actions).join(", ")}.`);
  return action(request, simulator);
}

type Action = (request: PortalRequest, simulator: Simulator) => Answer;

/** With a new variant every person is new to the apps, though the names are the same. */
const Reset = z.strictObject({
  variant: z
    .string()
    .regex(/^[\w-]{0,20}$/)
    .default(""),
  pkce: z.boolean().default(true),
});

const AppRemoval = z.strictObject({
  portal: z.string().optional(),
  board: z.string().optional(),
  person: z.string(),
});

const OptionChanges = z.looseObject({ portal: z.string() });

const actions: Readonly<Record<string, Action>> = {
  "POST /reset": (request, simulator) =>
    withBody(request, Reset, (settings) => {
      simulator.reset(settings);
      return json(200, {});
    }),

  "PUT /faults": (request, simulator) =>
    withBody(request, Fault, (fault) => {
      const error = simulator.putFault(fault);
      return error ? problem(400, error) : json(200, fault);
    }),

  "DELETE /faults": (_request, simulator) => {
    simulator.faults.clear();
    return json(200, {});
  },

  "GET /requests": (_request, simulator) => json(200, simulator.log.report()),

  "GET /tokens": (_request, simulator) => {
    const issued = simulator.portals.map((portal) => portal.issued());
    const byKind = secretKinds.map((kind) => [kind, issued.flatMap((its) => its[kind] ?? [])]);
    return json(200, Object.fromEntries(byKind));
  },

  "POST /revoke": (request, simulator) =>
    withBody(request, AppRemoval, ({ portal, ...account }) => {
      const portals = simulator.portals.filter(({ id }) => portal === undefined || id === portal);
      const counts = portals.map((portal) => portal.removeApp(account));
      const revoked = counts.find((count) => count !== null);
      if (revoked !== undefined) return json(200, { revoked });
      const conditions = [
        portal && ` at ${portal}`,
        account.board && ` on the board ${account.board}`,
      ];
      return problem(400, `There is no ${account.person}${conditions.join("")}.`);
    }),

  "POST /expire-codes": (_request, simulator) => {
    const expired = simulator.portals.reduce((count, portal) => count + portal.expireCodes(), 0);
    return json(200, { expired });
  },

  "POST /expire-tokens": (_request, simulator) => {
    const expired = simulator.portals.reduce(
      (sum, portal) => sum + (portal.expireTokens?.() ?? 0),
      0,
    );
    return json(200, { expired });
  },

  "POST /options": (request, simulator) =>
    withBody(request, OptionChanges, ({ portal: id, ...changes }) => {
      const options = simulator.portals.find((portal) => portal.id === id)?.options;
      if (!options) return problem(400, `portal: ${id} is not a portal with options.`);
      const error = options.switch(changes);
      return error ? problem(400, error) : json(200, options.values);
    }),
};

function withBody<Body>(
  { fields }: PortalRequest,
  schema: z.ZodType<Body>,
  act: (body: Body) => Answer,
): Answer {
  const parsed = schema.safeParse(Object.fromEntries(fields ?? []));
  return parsed.success ? act(parsed.data) : problem(400, errorSentence(parsed.error));
}

function problem(status: number, error: string): Answer {
  return json(status, { error });
}
