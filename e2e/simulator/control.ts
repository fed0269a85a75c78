import { z } from "zod";
import { type Answer, json } from "./answer";
import { Fault } from "./faults";
import type { PortalRequest } from "./request";
import type { Town } from "./town";

/** `/_simulator/…`: what a test may do behind the portals' backs. Every answer is JSON. */
export function control(request: PortalRequest, town: Town): Answer {
  const action = actions[`${request.method} ${request.path}`];
  if (!action) return problem(404, `Known: ${Object.keys(actions).join(", ")}.`);
  return action(request, town);
}

type Action = (request: PortalRequest, town: Town) => Answer;

/** With an era, everybody is somebody new to the apps, though the names are the same. */
const Reset = z.strictObject({
  era: z
    .string()
    .regex(/^[\w-]{0,20}$/)
    .default(""),
  pkce: z.boolean().default(true),
});

const RemovedApp = z.strictObject({ board: z.string(), person: z.string() });

const actions: Readonly<Record<string, Action>> = {
  "POST /reset": (request, town) =>
    withBody(request, Reset, (world) => {
      town.reset(world);
      return json(200, {});
    }),

  "PUT /faults": (request, town) =>
    withBody(request, Fault, (fault) => {
      if (fault.host && !town.portalAt(fault.host)) {
        return problem(400, `host: there is no ${fault.host} here.`);
      }
      town.faults.put(fault);
      return json(200, fault);
    }),

  "DELETE /faults": (_request, town) => {
    town.faults.clear();
    return json(200, {});
  },

  "GET /requests": (_request, town) => json(200, town.log.report()),

  "GET /tokens": (_request, town) => {
    const issued = town.portals.map((portal) => portal.issued());
    return json(200, {
      accessTokens: issued.flatMap(({ accessTokens }) => accessTokens),
      codes: issued.flatMap(({ codes }) => codes),
    });
  },

  "POST /revoke": (request, town) =>
    withBody(request, RemovedApp, ({ board, person }) => {
      const outcomes = town.portals.map((portal) => portal.removeApp(board, person));
      const revoked = outcomes.find((outcome) => outcome !== null);
      return revoked === undefined
        ? problem(400, `There is no ${person} on the board ${board}.`)
        : json(200, { revoked });
    }),

  "POST /expire-codes": (_request, town) => {
    const expired = town.portals.reduce((count, portal) => count + portal.expireCodes(), 0);
    return json(200, { expired });
  },
};

function withBody<Body>(
  { fields }: PortalRequest,
  schema: z.ZodType<Body>,
  act: (body: Body) => Answer,
): Answer {
  const parsed = schema.safeParse(Object.fromEntries(fields ?? []));
  if (parsed.success) return act(parsed.data);
  const sentences = parsed.error.issues.map(({ path, message }) => [...path, message].join(": "));
  return problem(400, `${sentences.join("; ")}.`);
}

function problem(status: number, error: string): Answer {
  return json(status, { error });
}
