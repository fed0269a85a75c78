import "server-only";
import { z } from "zod";
import { findConnection } from "@/lib/accounts/configuration";
import type { Connection } from "@/lib/portals/connections";
import type { Flow } from "./flow";

/** The connection that a form asks for, looked up among those it may ask for; null when there is none such. */
export function connectionFrom(form: unknown, mode: Flow["mode"]): Connection | null {
  const Form = z.instanceof(FormData).transform((fields) => fields.get("connection"));
  const id = Form.pipe(z.string().max(100)).safeParse(form);
  const connection = id.success ? findConnection(id.data) : null;
  if (mode === "signin" && connection?.signIn !== "offered") return null;
  return connection;
}
