/** The page's only way to its server. */
import type { Refusal } from "../contract.ts";
import { t } from "./language/words.ts";
import { readNdjson } from "./read-ndjson.ts";
import { token } from "./token.ts";

/** The server said no, or nothing. 401: the token is not that of this launch; 0: nobody listens. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

interface Options {
  readonly method?: "GET" | "POST" | "PUT";
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** @throws ApiError, or what `fetch` throws for a request that is given up */
export async function ask<T>(path: string, options: Options = {}): Promise<T> {
  return (await (await send(path, options)).json()) as T;
}

/** One event after the other, as they come. */
export async function* listen<T>(path: string, options: Options = {}): AsyncGenerator<T> {
  const { body } = await send(path, options);
  if (body) yield* readNdjson<T>(body);
}

export async function askForText(path: string): Promise<string> {
  return await (await send(path, {})).text();
}

async function send(path: string, { method, body, signal }: Options): Promise<Response> {
  const response = await reach(`/api/${path}`, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      authorization: `Bearer ${token()}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (!response.ok) throw new ApiError(response.status, await refusalIn(response));
  return response;
}

/** The browser's own words, such as "Failed to fetch", say nothing. */
async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new ApiError(0, t("noServerAnswer"));
  }
}

async function refusalIn(response: Response): Promise<string> {
  try {
    return ((await response.json()) as Refusal).error;
  } catch {
    return `HTTP ${response.status}`;
  }
}
