/**
 * From the form to the servers it names.
 */
import type { CallContext } from "../src/dify/models.ts";
import { readAddress } from "../src/endpoint/address.ts";
import type { Deadlines } from "../src/endpoint/http.ts";
import { Server } from "../src/endpoint/server.ts";
import type { Settings } from "./settings.ts";

export interface Servers {
  first: Server;
  fallback?: Server;
}

/** @throws InvalidAddress */
export function serversOf(settings: Settings, modelType: string, { log }: CallContext): Servers {
  const { api_key, extra_headers, fallback_url, fallback_api_key, fallback_model } = settings;
  const address = readAddress(settings.endpoint_url);
  const shared = {
    // A gateway in front of both may know all of them.
    secrets: [...api_key, ...fallback_api_key],
    deadlines: deadlinesOf(settings),
    network: {
      connectTimeout: settings.connect_timeout,
      proxyUrl: settings.proxy_url,
      caCertificate: settings.ca_certificate,
      verifyTls: settings.tls_verify,
    },
    log,
  };
  const { paths = {} } = settings.learned;
  const first = new Server({ ...shared, address, paths, apiKeys: api_key, extraHeaders: extra_headers });
  if (!fallback_url) return { first };
  // Neither key nor headers, which are secrets as well, go to somebody else's server.
  const isSameOrigin = new URL(fallback_url.base).origin === new URL(address.base).origin;
  const fallback = new Server({
    ...shared,
    address: fallback_url,
    paths: {},
    apiKeys: fallback_api_key.length === 0 && isSameOrigin ? api_key : fallback_api_key,
    extraHeaders: isSameOrigin ? extra_headers : {},
    isFallback: true,
    // Dify keeps vectors by the model's name: another model's would be compared with them.
    ...(fallback_model !== "" && modelType !== "text-embedding" && { model: fallback_model }),
  });
  return { first, fallback };
}

export function deadlinesOf(settings: Settings): Deadlines {
  return {
    firstByte: settings.first_byte_timeout,
    idle: settings.idle_timeout,
    total: settings.request_timeout,
  };
}
