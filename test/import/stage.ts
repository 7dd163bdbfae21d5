/** A server with models, a workspace without any, and the command between them. */
import { expect } from "vitest";
import { runImport } from "../../src/import/run-import.ts";
import { answer, Upstream, type Handler } from "../upstream/upstream.ts";
import { EMAIL, PASSWORD, StandInConsole } from "./stand-in-console.ts";

export const KEY = "sk-of-the-server";

export interface Run {
  status: number;
  out: string;
  error: string;
}

/** Answers /models with these, and nothing else. */
export function lists(...names: string[]): Handler {
  const list = answer({ object: "list", data: names.map((id) => ({ id, object: "model" })) });
  const missing = answer({ detail: "Not Found" }, 404);
  return (request, response) => (request.path === "/v1/models" ? list : missing)(request, response);
}

export class Stage {
  readonly server: Upstream;
  readonly dify: StandInConsole;

  private constructor(server: Upstream, dify: StandInConsole) {
    this.server = server;
    this.dify = dify;
  }

  static async set(): Promise<Stage> {
    const [server, dify] = await Promise.all([Upstream.start(), StandInConsole.start()]);
    server.handler = lists("gpt-4o", "bge-m3", "bge-reranker-v2-m3", "dall-e-3");
    return new Stage(server, dify);
  }

  async clear(): Promise<void> {
    await Promise.all([this.server.close(), this.dify.close()]);
  }

  /** No run may ever show the password or the key. */
  async run(args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
    const out: string[] = [];
    const error: string[] = [];
    const environment = {
      DIFY_URL: this.dify.address,
      DIFY_EMAIL: EMAIL,
      DIFY_PASSWORD: PASSWORD,
      SERVER_KEY: KEY,
      ...env,
    };
    const status = await runImport(args, environment, {
      print: (text) => out.push(`${text}\n`),
      complain: (text) => error.push(`${text}\n`),
    });
    const result = { status, out: out.join(""), error: error.join("") };
    expect(result.out + result.error).not.toContain(KEY);
    expect(result.out + result.error).not.toContain(PASSWORD);
    return result;
  }

  /** From the server, with its key. */
  importing(...args: string[]): Promise<Run> {
    return this.run(["--url", `${this.server.origin}/v1`, "--key-env", "SERVER_KEY", ...args]);
  }

  /** Requests that would have added a model. */
  savings(): string[] {
    return this.dify.requests.filter((request) => /^POST .*credentials$/.test(request));
  }

  /** Names and types. */
  saved(): string[] {
    return this.dify.saved.map(({ model, model_type }) => `${model} ${model_type}`);
  }
}
