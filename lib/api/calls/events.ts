import "server-only";
import { z } from "zod";
import { type ListedEvent, listEvents } from "@/lib/accounts/clients/listed-events";
import { eventTypes } from "@/lib/accounts/events/record";
import type { Call } from "../call";
import type { ApiRequest } from "../exchange";
import { readQuery } from "../input";
import { named } from "../json-schema";
import { parametersOf, responses, usual } from "../operation";
import { type CallResult, invalid } from "../respond";
import { type Caller, serve } from "../serve";
import { waitFor } from "../waiting";

const LONGEST_WAIT_SECONDS = 25;

const nullableText = (what: string) => z.string().nullable().describe(what);

const EventsQuery = z.strictObject({
  after: z
    .string()
    .regex(/^[\w-]{1,60}$/, { error: "must be the `next` of an earlier answer" })
    .describe("The `next` of the answer before. Without it, from the oldest that is kept.")
    .optional(),
  types: z
    .string()
    .transform((value) => value.split(","))
    .pipe(z.array(z.enum(eventTypes)))
    .describe(`Only events of these types, separated by commas: ${eventTypes.join(", ")}.`)
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100).describe("How many at most."),
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(LONGEST_WAIT_SECONDS)
    .default(0)
    .describe("So many seconds the answer waits for an event where there is none yet."),
});

const Event = named(
  "Event",
  z
    .object({
      id: z.string().describe("Its own among the events that this service key reads."),
      at: z.string().meta({ format: "date-time", description: "When it happened." }),
      type: z.enum(eventTypes).describe("What happened."),
      link: nullableText("The link it is about."),
      connection: nullableText("The connection it is about."),
      external_id: nullableText(
        "The client's own name for its user; null for a key that belongs to no client.",
      ),
      session: nullableText("The connect session it is about."),
      reason: nullableText(
        "Why, by a code, new ones may come; of `link.consent_due` how many days are left at most: 30, 7 or 1.",
      ),
    })
    .describe("Something that has happened. What there is now, the other calls say."),
);

const Events = named(
  "Events",
  z
    .object({
      events: z.array(Event),
      next: z
        .string()
        .describe(
          "What to send as `after` the next time; never null. The same as sent: no more now.",
        ),
    })
    .describe("The next events."),
);

const exampleEvent: z.input<typeof Event> = {
  id: "MTo0MQ",
  at: "2026-11-27T07:02:56.000Z",
  type: "link.needs_reconnect",
  link: "4022965e-0c1f-4a3a-9d0e-6a8f0f1c2b3d",
  connection: "homes-city",
  external_id: "agent-7",
  session: null,
  reason: "invalid_grant",
};

export const events: Call = {
  method: "GET",
  path: "/api/v1/events",
  answer: (request) => serve(request, "events", (caller) => answer(request, caller)),
  operation: {
    operationId: "listEvents",
    tags: ["events"],
    summary: "What has happened",
    description:
      "In an order in which none appears later before one that was read. A client reads of a link from the beginning of its grant to the end. At most two calls of a service key wait at a time; another is answered at once.",
    parameters: parametersOf(EventsQuery),
    responses: responses(Events, "The next events.", {
      examples: {
        some: { events: [exampleEvent], next: "MTo0MQ" },
        none: { events: [], next: "MTo0MQ" },
      },
      problems: ["invalid_request", ...usual],
    }),
  },
};

const notOurs = invalid([
  { detail: "must be the `next` of an earlier answer", parameter: "after" },
]);

async function answer(request: ApiRequest, { key }: Caller): Promise<CallResult> {
  const query = readQuery(request, EventsQuery);
  if (!query.ok) return query.problem;
  const { types = null, limit, wait } = query.value;
  let after = query.value.after === undefined ? 0n : placeIn(query.value.after);
  if (after === null) return notOurs;
  const page = await waitFor(
    { key: key.id, seconds: wait, signal: request.signal ?? null },
    async () => {
      const found = after === null ? null : await listEvents(key, types, { after, limit });
      after = found?.next ?? null; // what is not wanted is looked at once
      return found;
    },
    (found) => found === null || found.events.length > 0,
  );
  if (page === null) return notOurs;
  const body = {
    events: page.events.map(eventAnswer),
    next: cursorTo(page.next),
  } satisfies z.infer<typeof Events>;
  return { body };
}

function eventAnswer({ position, at, externalId, ...event }: ListedEvent): z.infer<typeof Event> {
  return { ...event, id: cursorTo(position), at: at.toISOString(), external_id: externalId };
}

/** Opaque: another order of events needs no other callers. */
function cursorTo(place: bigint) {
  return Buffer.from(`1:${place}`).toString("base64url");
}

function placeIn(cursor: string): bigint | null {
  const [, place] = /^1:(0|[1-9]\d{0,17})$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  return place === undefined ? null : BigInt(place);
}
