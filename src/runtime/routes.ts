/** What a plugin behind an address answers before any model is asked: the same over HTTP and under Lambda. */

export interface Reply {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** Of an answer in lines: no event stream, but under this name proxies pass every piece on at once. */
export const LINES_HEAD = {
  status: 200,
  headers: { "content-type": "text/event-stream", "cache-control": "no-cache" },
} as const;

/**
 * The reply to whatever is no `POST /invoke`, also below a prefix; undefined for that.
 *
 * @param path without query
 */
export function replyAtOnce(method: string, path: string): Reply | undefined {
  if (path.endsWith("/health")) return { status: 200, headers: { "content-type": "text/plain" }, body: "OK" };
  if (!path.endsWith("/invoke")) return refusal(404, "NotFound", "There are /invoke and /health.");
  if (method !== "POST") return refusal(405, "MethodNotAllowed", "/invoke takes a POST.");
  return undefined;
}

/** The daemon shows both fields of a reply that is not 2xx, and asks again only after 502. */
export function refusal(status: number, errorType: string, errorMessage: string): Reply {
  const body = JSON.stringify({ errorType, errorMessage });
  return { status, headers: { "content-type": "application/json" }, body };
}

export const NO_REQUEST = refusal(400, "InvalidRequest", "The body is no request of the plugin daemon's.");
