/** The server models are imported from, as it is reached from here. */
import { connect, type Connection } from "../../provider/connection.ts";
import { invocationFailure } from "../../provider/failures.ts";
import { fieldLabel } from "../../provider/field-labels.ts";
import { readSettings } from "../../provider/settings.ts";
import { InvalidAddress, readAddress } from "../endpoint/address.ts";
import { maskUrl, secretsOf } from "../endpoint/secrets.ts";
import type { Options } from "./arguments.ts";
import { UsageError } from "./usage-error.ts";

export interface Server {
  /** Without login and query values. */
  readonly shown: string;
  readonly secrets: readonly string[];
  /** Reaches it from here. @param model the name, for what is about one */
  connect(model?: string): Connection;
  /** In words. */
  failure(error: unknown): unknown;
}

/** @throws UsageError for values the plugin would refuse */
export function serverOf({ server, form, dify }: Options): Server {
  const saved = readSettings(form);
  const [complaint] = saved.complaints;
  if (complaint) throw new UsageError(`${fieldLabel(complaint.field)} ${complaint.reason.en}.`);
  // This server's list is asked for, not that of one that stands in for it.
  const credentials = { ...form, endpoint_url: server.url, api_key: server.key, fallback_url: "" };
  const { settings } = readSettings(credentials);
  const context = { signal: new AbortController().signal, log: () => {} };
  const connectTo = (model = ""): Connection => connect({ credentials, model }, settings, context);
  const failure = (error: unknown): unknown => invocationFailure(error, settings);
  try {
    const { base, query } = connectTo().address;
    const { api_key, fallback_api_key, extra_headers } = saved.settings;
    const keys = [...settings.api_key, ...api_key, ...fallback_api_key, dify.password];
    return {
      shown: maskUrl(base + query),
      secrets: secretsOf(keys, extra_headers, base + query),
      connect: connectTo,
      failure,
    };
  } catch (error) {
    throw failure(error);
  }
}

/** The base of an address, without what may be secret; undefined for what is none. */
export function baseOf(pasted: string | undefined): string | undefined {
  try {
    return pasted === undefined ? undefined : maskUrl(readAddress(pasted).base);
  } catch (error) {
    if (error instanceof InvalidAddress) return undefined;
    throw error;
  }
}
