import "server-only";
import { database, type Transaction } from "@/lib/db/database";
import type { Prisma } from "@/lib/db/generated/client";
import { transaction } from "@/lib/db/transaction";
import type { TokenSet } from "@/lib/oauth/tokens";
import { log, traceOf } from "@/lib/process/log";
import { recordEvent } from "../audit";
import { holdImported } from "../tokens/held-tokens";
import { openColumn } from "../tokens/link-tokens";
import { VaultError } from "../tokens/vault";
import type { ImportWish } from "./wish";

/**
 * Handing a client what it needs to go on without us: its links, with tokens that it alone can open. A link that is a person's own is told
 * without tokens: the client may use it here, and the permission is the person's.
 */

type Tokens = ImportWish["tokens"];

export type ExportedLink = {
  /** As `POST /api/v1/links` takes it, but for the tokens. */
  user: { external_id: string; name?: string; email?: string };
  connection: string;
  environment: string;
  label: string | null;
  /** The member's id at the portal; null where it names none. */
  member: string | null;
  linked_at: string;
} & (
  | { tokens: string }
  /** `members_own`: see above. `not_readable`: they no longer open. */
  | { tokens: null; reason: "members_own" | "not_readable" }
);

const BATCH = 100;

/**
 * All links that a client may use, in the order of their ids, a few at a time. What is handed out stands in the record.
 * @param seal makes tokens, as JSON of the same form as an import's, into what only the client can open
 */
export async function* exportLinks(
  clientId: string,
  seal: (tokens: string) => Promise<string>,
  reference: string,
): AsyncGenerator<ExportedLink> {
  for (let after = ""; ; ) {
    const db = await database();
    const grants = await db.grant.findMany({
      where: { clientId, accountId: { gt: after } },
      orderBy: { accountId: "asc" },
      take: BATCH,
      include: { account: { include: { user: true } } },
    });
    for (const grant of grants) yield await exported(grant, seal, reference);
    const last = grants.at(-1);
    if (!last || grants.length < BATCH) return;
    after = last.accountId;
  }
}

type Granted = Prisma.GrantGetPayload<{ include: { account: { include: { user: true } } } }>;

async function exported(
  grant: Granted,
  seal: (tokens: string) => Promise<string>,
  reference: string,
): Promise<ExportedLink> {
  const { account, externalId } = grant;
  const { provider: connection, environment, label, createdAt, user } = account;
  const isNamed = !account.providerAccountId.startsWith(`${environment}:`);
  const link = {
    user: {
      external_id: externalId,
      ...(user.ofClient && user.name !== null && { name: user.name }),
      ...(user.ofClient && user.email !== null && { email: user.email }),
    },
    ...{ connection, environment, label },
    member: isNamed ? account.providerAccountId : null,
    linked_at: createdAt.toISOString(),
  };
  if (!user.ofClient) return { ...link, tokens: null, reason: "members_own" };
  const tokens = await opened(account);
  if (!tokens) return { ...link, tokens: null, reason: "not_readable" };
  const sealed = await seal(JSON.stringify(asImported(tokens)));
  await transaction((tx) => note(tx, grant, tokens, reference));
  return { ...link, tokens: sealed };
}

/** Null when they no longer open. */
async function opened(link: Granted["account"]): Promise<TokenSet | null> {
  try {
    const accessToken = await openColumn(link, "access_token");
    if (accessToken === null) return null;
    return {
      accessToken,
      refreshToken: await openColumn(link, "refresh_token"),
      tokenSecret: await openColumn(link, "oauth_token_secret"),
      expiresAt: link.expires_at === null ? null : new Date(link.expires_at * 1000),
      issuedAt: null,
      scope: link.scope,
    };
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    log("error", "export.not_opened", { link: link.id, ...traceOf(error) });
    return null;
  }
}

function asImported({
  accessToken,
  refreshToken,
  tokenSecret,
  expiresAt,
  scope,
}: TokenSet): Tokens {
  return {
    access_token: accessToken,
    refresh_token: refreshToken,
    token_secret: tokenSecret,
    expires_at: expiresAt?.toISOString() ?? null,
    scope,
  };
}

/** In the record, and so that the same tokens are known if they are imported again. */
async function note(
  tx: Transaction,
  { account, clientId }: Granted,
  tokens: TokenSet,
  requestId: string,
): Promise<void> {
  const { id, userId, provider: connection, environment } = account;
  await holdImported(tx, id, { id: connection, environment }, tokens);
  const about = { userId, accountId: id, connection, clientId, requestId };
  await recordEvent(tx, {
    ...{ action: "export_tokens", outcome: "succeeded", actor: "system" },
    ...about,
  });
}
