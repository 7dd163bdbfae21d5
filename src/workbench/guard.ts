/**
 * Who may ask the workbench. It holds keys and sends requests anywhere, so that no page but its own may use
 * it: not one that guesses the port, nor one whose name was made to lead to this machine.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import type { Refusal } from "./contract.ts";

/** For the page and for everything else that is answered. */
const HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data: blob:",
    "media-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "microphone=(self), camera=(), geolocation=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** @param host tells the own `address:port`, which is known once it listens */
export function guard(token: string, host: () => string): MiddlewareHandler {
  return async (context, next) => {
    const { req } = context;
    const refusal = refusalOf(req.method, req.path, (name) => req.header(name), token, host());
    if (refusal) context.res = context.json({ error: refusal.error } satisfies Refusal, refusal.status);
    else await next();
    for (const [name, value] of Object.entries(HEADERS)) context.res.headers.set(name, value);
  };
}

interface Refused extends Refusal {
  readonly status: 401 | 403;
}

function refusalOf(
  method: string,
  path: string,
  header: (name: string) => string | undefined,
  token: string,
  host: string,
): Refused | undefined {
  if (header("host") !== host)
    return { status: 403, error: `The workbench is http://${host} and nothing else.` };
  const origin = header("origin");
  const isRead = method === "GET" || method === "HEAD";
  if (origin === undefined ? !isRead : origin !== `http://${host}`)
    return { status: 403, error: "Only the workbench's own page may ask." };
  if (!path.startsWith("/api/")) return undefined;
  const [, given = ""] = /^Bearer (.+)$/.exec(header("authorization") ?? "") ?? [];
  return isSame(given, token)
    ? undefined
    : {
        status: 401,
        error: "The token is missing or not this launch's: open the address that the workbench printed.",
      };
}

/** Takes as long for every wrong one. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
