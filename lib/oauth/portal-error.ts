import { z } from "zod";

/** What an unsuccessful answer says of itself: RFC 6749 section 5.2, or one of the forms that portals have instead. */
export type PortalError = { error: string | null; message: string | null };

const text = z.string().nullish().catch(null);
const code = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);

/** `{"error":"invalid_grant","error_description":"…"}` and `{"transaction_id":"…","message":"…"}` */
const Flat = z.looseObject({
  error: code,
  error_description: text,
  messageCode: code,
  message: text,
});

/** `{"error":{"code":401,"message":"…"}}` */
const Nested = z.looseObject({ error: z.looseObject({ code, message: text }) });

/** `{"D":{"Success":false,"Code":1020,"Message":"…"}}` */
const Envelope = z.looseObject({ D: z.looseObject({ Code: code, Message: text }) });

const Message = z.looseObject({ messageCode: code, message: text });

/** `{"common.messages":[{"message":{"messageCode":"…","message":"…"}}]}` */
const MessageList = z.looseObject({
  "common.messages": z.array(z.looseObject({ message: Message })).nonempty(),
});

/** Reads whichever form the body has; what it does not say is null. */
export function portalError(body: string): PortalError {
  if (body.trimStart().startsWith("<")) return xmlError(body);
  const json = parsed(body);
  if (json === undefined) return { error: null, message: body.trim() || null };
  const list = MessageList.safeParse(json).data?.["common.messages"][0]?.message;
  if (list) return { error: list.messageCode ?? null, message: list.message ?? null };
  const envelope = Envelope.safeParse(json).data?.D;
  if (envelope) return { error: envelope.Code ?? null, message: envelope.Message ?? null };
  const nested = Nested.safeParse(json).data?.error;
  if (nested) return { error: nested.code ?? null, message: nested.message ?? null };
  const flat = Flat.safeParse(json).data;
  return {
    error: flat?.error ?? flat?.messageCode ?? null,
    message: flat?.error_description ?? flat?.message ?? null,
  };
}

/** `<messageCode>…</messageCode><message>…</message>`, somewhere in the document. Read for a log, hence not parsed. */
function xmlError(body: string): PortalError {
  const inside = (name: string) =>
    new RegExp(`<${name}>([^<]{1,500})</${name}>`).exec(body)?.[1]?.trim() ?? null;
  return { error: inside("messageCode"), message: inside("message") };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // plain text, or nothing
  }
}
