/**
 * Dify's console API as far as an import goes, after 1.12.1: it refuses what that refuses (a call without
 * the session's cookies or their CSRF token, a password that is not encoded, a body of another shape), and
 * drops, checks and keeps what that drops, checks and keeps.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";

export const EMAIL = "admin@example.com";
export const PASSWORD = "correct horse £42";
export const PROVIDER = "someone/openai_compatible/openai_compatible";

export interface SavedModel {
  model: string;
  model_type: string;
  credentials: Record<string, string>;
  /** Taken off the list; its credentials are kept. */
  isOffList?: boolean;
}

const credential = z.object({
  model: z.string(),
  model_type: z.enum(["llm", "text-embedding", "rerank", "speech2text", "moderation", "tts"]),
  name: z.string().max(30).nullish(),
  credentials: z.record(z.string(), z.unknown()),
});

const FORM = [
  { variable: "endpoint_url", show_on: [] },
  { variable: "api_key", show_on: [] },
  { variable: "advanced", show_on: [] },
  { variable: "fallback_url", show_on: [] },
  ...["llm", "text-embedding"].map((value) => ({
    variable: "context_size",
    show_on: [
      { variable: "advanced", value: "manual" },
      { variable: "__model_type", value },
    ],
  })),
];

interface Reply {
  status: number;
  body: unknown;
  headers?: Record<string, string | string[]>;
}

const failure = (status: number, code: string, message: string): Reply => ({
  status,
  body: { code, message, status },
});

export class StandInConsole {
  readonly saved: SavedModel[] = [];
  /** Method and path of every request. */
  readonly requests: string[] = [];
  version = "1.12.1";
  role = "owner";
  step = "finished";
  /** Behind https, with the prefix browsers demand there. */
  cookiePrefix = "";
  providers = [PROVIDER];
  /** Plugins of the workspace and how they came there. */
  plugins: { plugin_id: string; source: string }[] = [];
  /** How the plugin validates a model: the words of its refusal, or nothing. */
  validate: (model: SavedModel) => string | undefined = () => undefined;
  /** Answers in place of the rest. */
  before: ((request: IncomingMessage) => Reply | undefined) | undefined;
  #session = 0;
  #valid = false;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  static async start(): Promise<StandInConsole> {
    const dify = new StandInConsole();
    dify.#server.listen(0, "127.0.0.1");
    await once(dify.#server, "listening");
    return dify;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  expireSession(): void {
    this.#valid = false;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const path = (request.url ?? "").replace("/console/api", "");
    this.requests.push(`${request.method} ${path}`);
    const text = Buffer.concat(pieces).toString();
    const reply = this.before?.(request) ?? this.#answer(request, path, text);
    const body = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
    response.writeHead(reply.status, { "x-version": this.version, ...reply.headers }).end(body);
  }

  #answer(request: IncomingMessage, path: string, text: string): Reply {
    if (!request.url?.startsWith("/console/api/")) return { status: 404, body: "<html>Not Found</html>" };
    if (path === "/setup") return { status: 200, body: { step: this.step } };
    if (request.method === "POST" && request.headers["content-type"] !== "application/json")
      return failure(415, "unsupported_media_type", "Did not attempt to load JSON data.");
    if (path === "/login") return this.#logIn(JSON.parse(text));
    const refusal = this.#unauthorized(request);
    if (refusal) return refusal;
    const route = `${request.method} ${path}`;
    if (route === "POST /workspaces/current")
      return { status: 200, body: { id: "1", name: "Test", role: this.role } };
    if (route === "GET /workspaces/current/model-providers")
      return { status: 200, body: { data: this.providers.map((provider) => this.#provider(provider)) } };
    if (route === "POST /workspaces/current/plugin/list/installations/ids") {
      const { plugin_ids: wanted } = JSON.parse(text) as { plugin_ids: string[] };
      const plugins = this.plugins.filter(({ plugin_id }) => wanted.includes(plugin_id));
      return { status: 200, body: { plugins } };
    }
    const reading = /^GET \/workspaces\/current\/model-providers\/(.+)\/models\/credentials\?(.*)$/.exec(
      route,
    );
    if (reading) return this.#read(new URLSearchParams(reading[2]));
    const saving = /^POST \/workspaces\/current\/model-providers\/(.+)\/models\/credentials$/.exec(route);
    if (saving) return this.#save(saving[1] ?? "", JSON.parse(text));
    return failure(404, "not_found", "The requested URL was not found on the server.");
  }

  get #isOld(): boolean {
    return this.version.startsWith("1.8");
  }

  #logIn({ email, password }: { email: string; password: string }): Reply {
    // Up to 1.10 as it is; since then a password that is not base64 counts as a wrong one.
    const plain = this.#isOld ? password : Buffer.from(password, "base64").toString();
    if (email !== EMAIL || plain !== PASSWORD)
      return failure(401, "authentication_failed", "Invalid email or password.");
    this.#session += 1;
    this.#valid = true;
    const token = `token-${this.#session}`;
    if (this.#isOld)
      return { status: 200, body: { result: "success", data: { access_token: token, refresh_token: "r" } } };
    const cookies = ["access_token", "refresh_token", "csrf_token"].map(
      (name) => `${this.cookiePrefix}${name}=${name}-${token}; Path=/; HttpOnly; SameSite=Lax`,
    );
    return { status: 200, body: { result: "success" }, headers: { "set-cookie": cookies } };
  }

  #unauthorized({ headers }: IncomingMessage): Reply | undefined {
    const token = `token-${this.#session}`;
    if (this.#isOld) {
      const isRight = this.#valid && headers.authorization === `Bearer ${token}`;
      return isRight ? undefined : failure(401, "unauthorized", "Invalid Authorization token.");
    }
    const cookies = new Set((headers.cookie ?? "").split("; "));
    if (!this.#valid || !cookies.has(`${this.cookiePrefix}access_token=access_token-${token}`))
      return failure(401, "unauthorized", "Invalid Authorization token.");
    const csrf = `csrf_token-${token}`;
    if (headers["x-csrf-token"] !== csrf || !cookies.has(`${this.cookiePrefix}csrf_token=${csrf}`))
      return failure(401, "unauthorized", "CSRF token is missing or invalid.");
    return undefined;
  }

  #provider(provider: string) {
    return {
      provider,
      supported_model_types: ["llm", "text-embedding", "rerank", "speech2text", "tts"],
      model_credential_schema: { model: {}, credential_form_schemas: FORM },
      custom_configuration: {
        status: "active",
        custom_models: this.saved.map(({ model, model_type, isOffList = false }) => ({
          model,
          model_type,
          unadded_to_model_list: isOffList,
        })),
      },
    };
  }

  #read(query: URLSearchParams): Reply {
    const model_type = query.get("model_type") ?? "";
    const found = this.saved.find((one) => one.model === query.get("model") && one.model_type === model_type);
    // Secrets as the form shows them.
    const credentials = found && { ...found.credentials, api_key: "sk-********89" };
    return { status: 200, body: { credentials: credentials ?? {}, available_credentials: [] } };
  }

  #save(provider: string, body: unknown): Reply {
    if (!this.providers.includes(provider))
      return failure(400, "invalid_param", `Provider ${provider} does not exist.`);
    if (this.role !== "owner" && this.role !== "admin") return failure(403, "forbidden", "Forbidden.");
    const read = credential.safeParse(body);
    if (!read.success) return failure(400, "invalid_param", read.error.message);
    const { model, model_type, credentials } = read.data;
    const kept: Record<string, string> = {};
    for (const [variable, value] of Object.entries(credentials)) {
      const isShown = FORM.filter((field) => field.variable === variable).some(({ show_on }) =>
        show_on.every(
          (gate) =>
            (gate.variable === "__model_type" ? model_type : credentials[gate.variable]) === gate.value,
        ),
      );
      if (!isShown) continue;
      if (typeof value !== "string")
        return failure(400, "invalid_param", `Variable ${variable} should be string`);
      kept[variable] = value;
    }
    if (!kept["endpoint_url"]) return failure(400, "invalid_param", "Variable endpoint_url is required");
    const saving = { model, model_type, credentials: kept };
    const words = this.validate(saving);
    if (words !== undefined) return failure(400, "invalid_param", words);
    this.saved.push(saving);
    return { status: 201, body: { result: "success" } };
  }
}
