import OpenAI from "openai";
import { requestUrl, type Address, type Operation } from "./address.ts";
import { Answer } from "./answer.ts";
import type { FailureFacts } from "./endpoint-error.ts";
import { exchangeSignal, send, transportFailure, type Deadlines, type HttpRequest } from "./http.ts";
import { maskUrl } from "./secrets.ts";

export interface EndpointOptions {
  address: Address;
  /** Empty: no Authorization header is sent. */
  apiKey: string;
  deadlines: Deadlines;
}

/** JSON, or the fields of a form. */
export type RequestBody = object | FormData;

export interface CallOptions {
  /** The name sent to the server, for errors. */
  model: string;
  signal: AbortSignal;
}

/** The client demands a key; a server without one must not see this. */
const NO_KEY = "none";

/**
 * A server that is almost OpenAI's. The `openai` client composes each request; sending it and reading
 * the answer are ours, because almost-OpenAI answers are where clients break.
 */
export class Endpoint {
  readonly #options: EndpointOptions;
  readonly #client: OpenAI;

  constructor(options: EndpointOptions) {
    this.#options = options;
    // Everything is explicit: the client would read OPENAI_* from the environment, which is the host's.
    this.#client = new OpenAI({
      apiKey: options.apiKey || NO_KEY,
      baseURL: options.address.base,
      organization: null,
      project: null,
      webhookSecret: null,
      adminAPIKey: null,
      maxRetries: 0,
      logLevel: "off",
    });
  }

  /** Asks for what a server offers. @throws EndpointError for anything but a 2xx answer */
  get(operation: Operation, { signal }: Pick<CallOptions, "signal">): Promise<Answer> {
    return this.#exchange("GET", operation, undefined, undefined, signal);
  }

  /** Posts to an operation. @throws EndpointError for anything but a 2xx answer */
  post(operation: Operation, body: RequestBody, { model, signal }: CallOptions): Promise<Answer> {
    return this.#exchange("POST", operation, body, model, signal);
  }

  async #exchange(
    method: "GET" | "POST",
    operation: Operation,
    body: RequestBody | undefined,
    model: string | undefined,
    signal: AbortSignal,
  ): Promise<Answer> {
    const url = requestUrl(this.#options.address, operation);
    const facts: FailureFacts = { method, url: maskUrl(url), ...(model !== undefined && { model }) };
    const whole = exchangeSignal(this.#options.deadlines, signal);
    try {
      const request = await this.#compose(method, url, body);
      const http = await send(request, this.#options.deadlines, whole);
      const answer = new Answer(http, facts, [this.#options.apiKey]);
      if (!answer.ok) throw await answer.failure();
      return answer;
    } catch (error) {
      throw transportFailure(error, facts, false);
    }
  }

  async #compose(method: "GET" | "POST", url: string, body: RequestBody | undefined): Promise<HttpRequest> {
    const { req } = await this.#client.buildRequest({
      method: method === "GET" ? "get" : "post",
      path: url,
      ...(body && { body }),
    });
    const headers: Record<string, string> = {};
    for (const [name, value] of req.headers) {
      if (!name.startsWith("x-stainless-") && name !== "user-agent") headers[name] = value;
    }
    if (this.#options.apiKey === "") delete headers["authorization"];
    if (req.body instanceof FormData) {
      // undici takes only its own FormData; Node's Response knows how to write this one.
      const form = new Response(req.body);
      headers["content-type"] = form.headers.get("content-type") ?? "multipart/form-data";
      return { method, url, headers, body: new Uint8Array(await form.arrayBuffer()) };
    }
    return { method, url, headers, ...(typeof req.body === "string" && { body: req.body }) };
  }
}
