import "server-only";

/**
 * What the API takes and gives: no more than it needs of HTTP. The web's `Request` and `Response` with their streams would cost more
 * than most answers. A `Request` is an `ApiRequest`.
 */

export type ApiRequest = {
  method: string;
  /** A whole address, or only its path and query. */
  url: string;
  headers: { get(name: string): string | null };
  /** Null where there is none. */
  body: AsyncIterable<Uint8Array> | null;
  /** Ends when the caller has hung up. */
  signal?: AbortSignal;
};

export type ApiResponse = {
  status: number;
  headers: Record<string, string>;
  body: string | null;
  /** The body compressed, where that is done once for all. */
  zipped?: () => Promise<Buffer>;
};

/** The address in full; only its path and query are the caller's. */
export function addressOf({ url }: ApiRequest): URL {
  return new URL(url.startsWith("/") ? `http://localhost${url}` : url);
}
