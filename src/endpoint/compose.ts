/**
 * Writes requests: the `openai` client composes address, headers and forms, this writes JSON and trims what
 * only OpenAI itself wants to see.
 */
import OpenAI from "openai";
import type { HttpRequest } from "./http.ts";
import { jsonBytes } from "./json-bytes.ts";

/** Azure and BytePlus take the key under headers of their own. */
export type KeyHeader = "authorization" | "api-key" | "x-api-key";

export interface ComposeOptions {
  base: string;
  /** Empty: no header carries a key. */
  apiKey: string;
  /** `user:password` of the address, sent when there is no key; empty for none. */
  login: string;
  keyHeader: KeyHeader;
  /** Sent with every request; they win over the others. */
  extraHeaders: Readonly<Record<string, string>>;
}

export interface Draft {
  method: "GET" | "POST";
  url: string;
  /** Absent for a GET. */
  body?: object;
  /** Sends the fields of `body`, in their order, as a form. */
  form?: boolean;
}

/** The client demands a key; a server without one must not see this. */
const NO_KEY = "none";

export class Composer {
  readonly #options: ComposeOptions;
  readonly #client: OpenAI;

  constructor(options: ComposeOptions) {
    this.#options = options;
    // Everything is explicit: the client would read OPENAI_* from the environment, which is the host's.
    this.#client = new OpenAI({
      apiKey: options.apiKey || NO_KEY,
      baseURL: options.base,
      organization: null,
      project: null,
      webhookSecret: null,
      adminAPIKey: null,
      maxRetries: 0,
      logLevel: "off",
    });
  }

  /** The header that carries the key, without the key; undefined when none does. */
  get keySentAs(): string | undefined {
    const { apiKey, keyHeader, login, extraHeaders } = this.#options;
    const own = Object.keys(extraHeaders).find((name) => /^(?:authorization|(?:x-)?api-key)$/i.test(name));
    if (own !== undefined) return own;
    if (apiKey !== "") return keyHeader === "authorization" ? "Authorization: Bearer" : keyHeader;
    return login === "" ? undefined : "Authorization: Basic";
  }

  async compose({ method, url, body, form }: Draft): Promise<HttpRequest> {
    const { req } = await this.#client.buildRequest({
      method: method === "GET" ? "get" : "post",
      path: url,
      ...(body && { body: form ? formData(body) : {} }),
    });
    const headers = this.#headers(req.headers);
    if (req.body instanceof FormData) {
      // undici takes only its own FormData; Node's Response knows how to write this one.
      const encoded = new Response(req.body);
      headers["content-type"] = encoded.headers.get("content-type") ?? "multipart/form-data";
      return { method, url, headers, body: new Uint8Array(await encoded.arrayBuffer()) };
    }
    return { method, url, headers, ...(body && { body: jsonBytes(body) }) };
  }

  #headers(composed: Headers): Record<string, string> {
    const { apiKey, keyHeader, login, extraHeaders } = this.#options;
    const headers: Record<string, string> = {};
    // Only these: the client adds what describes itself, and whatever OPENAI_CUSTOM_HEADERS holds.
    for (const name of ["accept", "content-type", "authorization"]) {
      const value = composed.get(name);
      if (value !== null) headers[name] = value;
    }
    if (apiKey === "" || keyHeader !== "authorization") delete headers["authorization"];
    if (apiKey === "" && login !== "")
      headers["authorization"] = `Basic ${Buffer.from(login).toString("base64")}`;
    if (apiKey !== "" && keyHeader !== "authorization") headers[keyHeader] = apiKey;
    for (const [name, value] of Object.entries(extraHeaders)) headers[name.toLowerCase()] = value;
    return headers;
  }
}

function formData(fields: object): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields) as [string, string | Blob][]) form.append(name, value);
  return form;
}
