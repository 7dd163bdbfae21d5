/** Dify's console API, used as its web page uses it: by the login of a person. */
import { EnvHttpProxyAgent, fetch, type Response } from "undici";
import { parseJson } from "../endpoint/parse-json.ts";
import { ConsoleError } from "./console-error.ts";

export interface Login {
  readonly email: string;
  readonly password: string;
}

/** Saving a model waits for the plugin to validate it, which Dify itself ends after ten minutes. */
const PATIENCE_MS = 660_000;

const dispatcher = new EnvHttpProxyAgent({ headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS });

interface ConsoleAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Dify's version, which it sends with every answer. */
  readonly version: string | undefined;
}

export class DifyConsole {
  /** Without a slash at the end. */
  readonly address: string;
  readonly #login: Login;
  readonly #cookies = new Map<string, string>();
  /** Before it had cookies, Dify sent the token in the answer to the login. */
  #token = "";
  #version = "";

  /** @param pasted any address of Dify's; `console/api` and what follows, or a page's name, may stand in it */
  constructor(pasted: string, login: Login) {
    const url = new URL(pasted);
    const path = url.pathname.replace(PAGES, "").replace(/\/+$/, "");
    this.address = url.origin + path;
    this.#login = login;
  }

  /** Such as `1.12.1`; empty when Dify does not tell. */
  get version(): string {
    return this.#version;
  }

  /** @throws ConsoleError */
  async logIn(): Promise<void> {
    const setup = await this.#send("GET", "/setup");
    const { step } = fields(setup.body);
    if (step === "not_started") throw new ConsoleError("not-set-up", { address: this.address });
    if (step !== "finished") throw this.#failure(setup);
    const { email, password } = this.#login;
    // The web page sends it so; Dify up to 1.10 took it as it is.
    const encoded = Buffer.from(password).toString("base64");
    let answer = await this.#send("POST", "/login", { email, password: encoded, remember_me: true });
    if (answer.status === 401 && isBefore(this.#version, 1, 12)) {
      answer = await this.#send("POST", "/login", { email, password, remember_me: true });
    }
    const { result, data } = fields(answer.body);
    const words = wordsOf(answer.body) ?? "";
    if (answer.status === 429) throw new ConsoleError("login-locked", { address: this.address, words });
    if (answer.status === 401 || answer.status === 400 || answer.status === 403)
      throw new ConsoleError("login-refused", { address: this.address, words });
    if (result === "fail")
      throw new ConsoleError("no-workspace", { address: this.address, words: String(data) });
    if (answer.status !== 200 || result !== "success") throw this.#failure(answer);
    const { access_token: token } = fields(data);
    this.#token = typeof token === "string" ? token : "";
  }

  /** @throws ConsoleError */
  get(path: string): Promise<unknown> {
    return this.#ask("GET", path);
  }

  /** @throws ConsoleError */
  post(path: string, body: object): Promise<unknown> {
    return this.#ask("POST", path, body);
  }

  async #ask(method: "GET" | "POST", path: string, body?: object): Promise<unknown> {
    let answer = await this.#send(method, path, body);
    if (answer.status === 401) {
      // A login lasts an hour, and many models may take longer.
      await this.logIn();
      answer = await this.#send(method, path, body);
    }
    if (answer.status >= 400 || answer.body === undefined) throw this.#failure(answer);
    return answer.body;
  }

  #failure({ status, body }: ConsoleAnswer): ConsoleError {
    const words = wordsOf(body);
    if (words === undefined) return new ConsoleError("not-dify", { address: this.address, status });
    return new ConsoleError("refused", { address: this.address, status, words });
  }

  async #send(method: "GET" | "POST", path: string, body?: object): Promise<ConsoleAnswer> {
    const response = await this.#exchange(method, path, body);
    const location = response.headers.get("location");
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      const words =
        location && URL.canParse(location, this.address) ? new URL(location, this.address).origin : "nowhere";
      throw new ConsoleError("redirected", { address: this.address, words });
    }
    this.#keepCookies(response);
    this.#version = response.headers.get("x-version") ?? this.#version;
    return { status: response.status, body: parseJson(await response.text()), version: this.#version };
  }

  async #exchange(method: "GET" | "POST", path: string, body?: object): Promise<Response> {
    const csrf = [...this.#cookies].find(([name]) => name.endsWith("csrf_token"))?.[1];
    try {
      return await fetch(`${this.address}/console/api${path}`, {
        method,
        redirect: "manual",
        dispatcher,
        signal: AbortSignal.timeout(PATIENCE_MS),
        headers: {
          ...(body && { "content-type": "application/json" }),
          ...(this.#cookies.size > 0 && {
            cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "),
          }),
          ...(csrf !== undefined && { "x-csrf-token": csrf }),
          ...(this.#token !== "" && { authorization: `Bearer ${this.#token}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      const words = codeOf(error);
      throw new ConsoleError("unreachable", { address: this.address, words }, { cause: error });
    }
  }

  /** Behind https, their names begin with `__Host-`. */
  #keepCookies({ headers }: Response): void {
    for (const line of headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
      if (value === "" || value === '""') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
}

/** What people copy from the browser's address bar. */
const PAGES = /\/(?:console\/api.*|signin|install|apps|app\/.*|explore\/?.*|datasets.*|tools|plugins)\/*$/;

function isBefore(version: string, major: number, minor: number): boolean {
  const [first = 0, second = 0] = version.split(".").map(Number);
  return first < major || (first === major && second < minor);
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function wordsOf(body: unknown): string | undefined {
  const { message } = fields(body);
  return typeof message === "string" ? message.trim() : undefined;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  if (typeof code === "string") return code;
  return error.cause === undefined ? error.message : codeOf(error.cause);
}
