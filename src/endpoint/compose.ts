/** Writes requests: the address, what names the asker, and the body as JSON or as a form. */
import { writeForm } from "./form.ts";
import type { HttpRequest } from "./http.ts";
import { jsonPieces } from "./json-bytes.ts";

/** Azure and BytePlus take the key under headers of their own. */
export type KeyHeader = "authorization" | "api-key" | "x-api-key";

export interface ComposeOptions {
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

export class Composer {
  readonly #options: ComposeOptions;

  constructor(options: ComposeOptions) {
    this.#options = options;
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
    if (!body) return { method, url, headers: this.#headers() };
    const { contentType, pieces } = form
      ? await writeForm(body)
      : { contentType: "application/json", pieces: jsonPieces(body) };
    return { method, url, headers: this.#headers(contentType), body: pieces };
  }

  #headers(contentType?: string): Record<string, string> {
    const { apiKey, keyHeader, login, extraHeaders } = this.#options;
    const headers: Record<string, string> = { accept: "application/json" };
    if (contentType !== undefined) headers["content-type"] = contentType;
    if (apiKey !== "") headers[keyHeader] = keyHeader === "authorization" ? `Bearer ${apiKey}` : apiKey;
    else if (login !== "") headers["authorization"] = `Basic ${Buffer.from(login).toString("base64")}`;
    for (const [name, value] of Object.entries(extraHeaders)) headers[name.toLowerCase()] = value;
    return headers;
  }
}
