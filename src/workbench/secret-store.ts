/** The form's secrets. They are typed once, stay in this process, and are shown as masks. */
import { serverOrigin } from "../check/server-origin.ts";
import type { SecretState, SecretStates } from "./contract.ts";

interface Secret {
  readonly value: string;
  /** The environment variable it is from, and the only server it goes to. */
  readonly environment?: string;
  readonly origin?: string;
}

export class SecretStore {
  readonly #secrets = new Map<string, Secret>();

  set(variable: string, value: string): void {
    if (value === "") this.#secrets.delete(variable);
    else this.#secrets.set(variable, { value });
  }

  delete(variable: string): void {
    this.#secrets.delete(variable);
  }

  /** A key that nobody typed goes to the server it was given for, and to no other. */
  setFromEnvironment(variable: string, value: string, environment: string, origin: string): void {
    this.#secrets.set(variable, { value, environment, origin });
  }

  get states(): SecretStates {
    return Object.fromEntries([...this.#secrets].map(([variable, secret]) => [variable, stateOf(secret)]));
  }

  /** All of them, to be masked wherever they turn up. */
  get values(): readonly string[] {
    return [...this.#secrets].flatMap(([variable, { value }]) => [
      value,
      ...(variable.endsWith("api_key") ? keysIn(value) : []),
    ]);
  }

  /** Those that a form for this address may use. */
  usable(address: string): Readonly<Record<string, string>> {
    const origin = serverOrigin(address);
    const usable = [...this.#secrets].filter(
      ([, secret]) => secret.origin === undefined || secret.origin === origin,
    );
    return Object.fromEntries(usable.map(([variable, { value }]) => [variable, value]));
  }

  /** One that is kept back from this address. */
  withheld(address: string): SecretState | undefined {
    const origin = serverOrigin(address);
    const secret = [...this.#secrets.values()].find(
      (one) => one.origin !== undefined && one.origin !== origin,
    );
    return secret && stateOf(secret);
  }
}

function stateOf({ value, environment, origin }: Secret): SecretState {
  return {
    mask: mask(value),
    ...(environment !== undefined && { environment }),
    ...(origin !== undefined && { origin }),
  };
}

/** The form takes several keys in one field. */
function keysIn(value: string): string[] {
  return value.split(/[\s,，、]+/).filter((key) => key !== "" && !/^bearer$/i.test(key));
}

/** Shorter ones would be told by what is shown of them. */
const LONG = 16;

function mask(value: string): string {
  const keys = keysIn(value);
  if (keys.some((key) => key.length < LONG) || keys.length > 20) return "••••••••";
  return keys.map((key) => `${key.slice(0, 3)}…${key.slice(-4)}`).join(", ");
}
