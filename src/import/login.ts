/** An admin's login to Dify's console, from the environment. */
import type { Login } from "./console.ts";
import { UsageError } from "./usage-error.ts";

export interface ConsoleAccess extends Login {
  /** With its scheme. */
  readonly url: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws UsageError */
export function readConsoleAccess(env: Environment): ConsoleAccess {
  return {
    url: readDifyUrl(need(env, "DIFY_URL")),
    email: need(env, "DIFY_EMAIL"),
    password: need(env, "DIFY_PASSWORD"),
  };
}

/** @throws UsageError */
export function need(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new UsageError(`The environment holds no ${name}.`);
  return value;
}

function readDifyUrl(text: string): string {
  const url = /^https?:\/\//i.test(text.trim()) ? text.trim() : `http://${text.trim()}`;
  if (URL.canParse(url) && new URL(url).username === "") return url;
  throw new UsageError("DIFY_URL should look like https://dify.example.com, without a login in it.");
}
