import "server-only";
import type { z } from "zod";
import type { Inactive, Link } from "./schemas";

/** What several calls answer, for the document. */

export const exampleLink: z.input<typeof Link> = {
  id: "4022965e-0c1f-4a3a-9d0e-6a8f0f1c2b3d",
  user: "cmeq3w1yn0000l5v8h2c9d7ab",
  external_id: null,
  connection: "homes-city",
  environment: "production",
  label: null,
  member: {
    id: "2711",
    name: "Anna Peeters",
    email: "anna@example.com",
    agency: "Immo Peeters",
    agency_id: "a-17",
    office_id: null,
    office_key: null,
    office_mls_id: null,
    member_mls_id: null,
    mls_id: null,
  },
  status: { state: "connected", reason: null, checked_at: "2026-11-27T07:02:56.000Z" },
  consent_by: null,
  linked_at: "2026-10-01T09:30:00.000Z",
};

/** The same to a client. */
export const grantedLink: z.input<typeof Link> = {
  ...exampleLink,
  user: null,
  external_id: "agent-4711",
};

/** Why there is no credential now. */
export const inactive: Record<string, z.input<typeof Inactive>> = {
  reconnect_needed: {
    active: false,
    error: "reconnect_needed",
    reason: "refused",
    connect_url: "https://portico.example/connect/homes-city",
  },
  portal_unavailable: {
    active: false,
    error: "portal_unavailable",
    reason: "busy",
    retry_after: 30,
    connect_url: "https://portico.example/connect/homes-city",
  },
  of_a_client: {
    active: false,
    error: "reconnect_needed",
    reason: "refused",
    connect_url: null,
    next: { method: "POST", path: "/api/v1/connect-sessions", body: { link: exampleLink.id } },
  },
};
