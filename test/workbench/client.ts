/** Asks a workbench as its page does, or as somebody else would. */
import { readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { inject } from "vitest";
import { modelType } from "../../src/cli/check/model-type.ts";
import { createPlugin } from "../../src/plugin.ts";
import type {
  Bootstrap,
  CallEvent,
  CallRequest,
  Subject,
  ValidateEvent,
} from "../../src/workbench/contract.ts";
import { startWorkbench, type Workbench, type WorkbenchOptions } from "../../src/workbench/workbench.ts";

const ROOT = join(import.meta.dirname, "../..");

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export class Client {
  readonly #workbench: Workbench;
  readonly origin: string;
  readonly token: string;
  /** All that was answered, so that a test can look for what must not be there. */
  readonly heard: string[] = [];

  private constructor(workbench: Workbench) {
    this.#workbench = workbench;
    const { origin, hash } = new URL(workbench.url);
    this.origin = origin;
    this.token = hash.replace("#token=", "");
  }

  /** Starts a workbench with the packaged plugin and a page of one line. */
  static async start(options: Partial<WorkbenchOptions> = {}): Promise<Client> {
    const assets = {
      page: new Map([["index.html", Buffer.from("<!doctype html><title>Page</title>")]]),
      plugin: await readFile(inject("packageFile")),
      tap: await readFile(join(ROOT, "src/workbench/wire-tap.cjs")),
    };
    const engine = createPlugin(ROOT, () => undefined);
    return new Client(await startWorkbench(assets, { engine, typeOf: modelType, ...options }));
  }

  get pid(): number {
    return this.#workbench.pid ?? 0;
  }

  close(): Promise<void> {
    return this.#workbench.close();
  }

  /** As the page: with the token and its origin. */
  async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const { status, text } = await this.raw(method, path, this.#own(method), body);
    if (status !== 200) throw new Error(`${status} ${text}`);
    return JSON.parse(text) as T;
  }

  bootstrap(): Promise<Bootstrap> {
    return this.ask<Bootstrap>("GET", "/api/bootstrap");
  }

  /** With exactly these headers, besides what HTTP needs. */
  raw(method: string, path: string, headers: Record<string, string>, body?: object): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(`${this.origin}${path}`, { method, headers }, (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("end", () => {
          const text = Buffer.concat(pieces).toString("utf8");
          this.heard.push(text, JSON.stringify(response.headers));
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
        response.on("error", reject);
      });
      request.on("error", reject);
      request.end(body && JSON.stringify(body));
    });
  }

  call(request: CallRequest, onEvent?: (event: CallEvent) => void): Promise<CallEvent[]> {
    return this.events<CallEvent>("/api/call", request, onEvent);
  }

  validate(subject: Subject): Promise<ValidateEvent[]> {
    return this.events<ValidateEvent>("/api/validate", subject);
  }

  /** @param onEvent is told while it runs */
  async events<E>(
    path: string,
    body: object | undefined,
    onEvent: (event: E) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<E[]> {
    const method = body ? "POST" : "GET";
    const response = await fetch(`${this.origin}${path}`, {
      method,
      headers: this.#own(method),
      ...(body && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    const events: E[] = [];
    const decoder = new TextDecoder();
    let rest = "";
    for await (const piece of response.body ?? []) {
      rest += decoder.decode(piece as Uint8Array, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        this.heard.push(line);
        events.push(JSON.parse(line) as E);
        onEvent(events.at(-1) as E);
      }
    }
    if (!response.ok) throw new Error(`${response.status} ${rest}`);
    return events;
  }

  #own(method: string): Record<string, string> {
    return {
      authorization: `Bearer ${this.token}`,
      ...(method !== "GET" && { origin: this.origin, "content-type": "application/json" }),
    };
  }
}

/** The events of one kind. */
export function eventsOf<E extends { event: string }, K extends E["event"]>(
  events: readonly E[],
  kind: K,
): Extract<E, { event: K }>[] {
  return events.filter((event): event is Extract<E, { event: K }> => event.event === kind);
}

export function lastOf(events: readonly CallEvent[]): Extract<CallEvent, { event: "end" }> {
  const [end] = eventsOf(events, "end");
  if (!end || events.at(-1) !== end) throw new Error("The call does not end with its end.");
  return end;
}
