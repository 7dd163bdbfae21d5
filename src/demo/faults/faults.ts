/** All faults, and how they are switched on between the demo and its clients. */
import type { IncomingMessage } from "node:http";
import type { Context, MiddlewareHandler } from "hono";
import { CHAT_FAULTS } from "./chat-faults.ts";
import type { Fault, Traffic } from "./fault.ts";
import { OTHER_FAULTS } from "./other-faults.ts";
import { TRANSPORT_FAULTS } from "./transport-faults.ts";

const ALL = { ...TRANSPORT_FAULTS, ...CHAT_FAULTS, ...OTHER_FAULTS };
export type FaultName = keyof typeof ALL;

export const FAULTS: Readonly<Record<FaultName, Fault>> = ALL;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/** @param active may change at any time */
export function withFaults(active: ReadonlySet<FaultName>): MiddlewareHandler {
  let concurrent = 0;
  return async (context, next) => {
    const { path } = context.req;
    const faults = [...active].map((name) => FAULTS[name]).filter(({ at }) => at?.test(path) ?? true);
    concurrent += 1;
    try {
      await pass(context, next, faults, { path, body: await bodyOf(context, faults), concurrent });
    } finally {
      concurrent -= 1;
    }
    return undefined;
  };
}

async function pass(
  context: Context,
  next: () => Promise<void>,
  faults: readonly Fault[],
  traffic: Traffic,
): Promise<void> {
  if (faults.some(({ hangsUp }) => hangsUp)) {
    (context.env as { incoming: IncomingMessage }).incoming.socket.destroy();
    return;
  }
  const instead = faults.map((fault) => fault.answer?.(traffic)).find((answer) => answer !== undefined);
  if (instead) {
    context.res = instead;
    return;
  }
  for (const { request } of faults) if (request) context.req.raw = withBody(context, request(traffic.body));
  await next();
  for (const { response } of faults) {
    if (!response) continue;
    // Each sees what the one before it made.
    // oxlint-disable-next-line no-await-in-loop
    const changed = await response(context.res);
    // Hono would mix the headers of both.
    context.res = undefined;
    context.res = changed;
  }
}

async function bodyOf(context: Context, faults: readonly Fault[]): Promise<Traffic["body"]> {
  const isJson = context.req.header("content-type")?.startsWith("application/json");
  if (faults.length === 0 || !isJson) return {};
  return (await context.req.raw.clone().json()) as Traffic["body"];
}

function withBody({ req }: Context, body: object): Request {
  const headers = new Headers(req.raw.headers);
  headers.delete("content-length");
  return new Request(req.raw.url, { method: req.raw.method, headers, body: JSON.stringify(body) });
}
