import "server-only";
import { randomUUID } from "node:crypto";
import { headers } from "next/headers";
import { after } from "next/server";
import { DOCUMENT_HEADER } from "@/lib/process/server/page-header.mjs";
import { type HandedOver, layDown, takeAway } from "./handed-over";

/** No document takes longer. */
const LONGEST_MS = 60_000;

/**
 * Hands something over to a component of the browser, which Next would send to the browser as well: what a long list says would be sent
 * twice, as markup and as data. A whole document needs the markup alone. The data lies here meanwhile, because the markup is made from it
 * by another part of Next in the same process, and is taken away after the answer. A page that is there already gets the data.
 */
export async function handOver<Value>(value: Value): Promise<HandedOver<Value>> {
  if ((await headers()).get(DOCUMENT_HEADER) !== "yes") return { value };
  const at = randomUUID();
  layDown(at, value);
  const forget = () => takeAway(at);
  after(forget);
  setTimeout(forget, LONGEST_MS).unref(); // where the person left so early that Next tells of no end
  return { at };
}
