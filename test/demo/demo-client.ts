/** A demo endpoint for the tests of one file, with OpenAI's own client pointed at it. */
import OpenAI from "openai";
import { startDemoEndpoint } from "../../src/demo/server.ts";
import type { DemoEndpoint } from "../../src/demo/server.ts";

export const apiKey = "demo-key";

export interface DemoClient {
  readonly endpoint: DemoEndpoint;
  readonly client: OpenAI;
}

export async function startDemoClient(): Promise<DemoClient> {
  const endpoint = await startDemoEndpoint({ apiKey });
  return { endpoint, client: clientOf(endpoint, apiKey) };
}

export function clientOf(endpoint: DemoEndpoint, key: string): OpenAI {
  return new OpenAI({ baseURL: endpoint.url, apiKey: key, maxRetries: 0 });
}

/** A bare request, for what OpenAI's client would not send or does not show. */
export async function post(endpoint: DemoEndpoint, route: string, body: unknown): Promise<Response> {
  return await fetch(`${endpoint.url}/${route}`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** Everything a stream brings, in order. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
