/**
 * From the form to the servers it names.
 */
import { readAddress, type Address } from "../src/endpoint/address.ts";
import type { Deadlines } from "../src/endpoint/http.ts";
import { oncePer, oncePerText } from "../src/endpoint/once-per.ts";
import { Server } from "../src/endpoint/server.ts";
import type { Target } from "./target.ts";
import type { Settings } from "./settings.ts";

export interface Servers {
  /** The first one's. */
  address: Address;
  first: Server;
  fallback?: Server;
}

/** Composed once for a form and a model. @throws InvalidAddress */
export function serversOf(settings: Settings, { model = "", model_type = "" }: Target): Servers {
  return composer(settings)(JSON.stringify([model, model_type]));
}

const composer = oncePer((settings: Settings) =>
  oncePerText((target) => compose(settings, ...(JSON.parse(target) as [string, string]))),
);

function compose(settings: Settings, model: string, modelType: string): Servers {
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
  };
  const { paths = {} } = settings.learned;
  const first = new Server({
    ...shared,
    ...bytePlus(settings, model, modelType),
    address,
    paths,
    apiKeys: api_key,
  });
  if (!fallback_url) return { address, first };
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
  return { address, first, fallback };
}

/** BytePlus takes the key, and what is paid for, under headers of its own. */
function bytePlus(
  { tts_api_format, tts_resource_id, extra_headers }: Settings,
  model: string,
  modelType: string,
) {
  if (tts_api_format === "openai" || modelType !== "tts") return { extraHeaders: extra_headers };
  return {
    keyHeader: "x-api-key" as const,
    extraHeaders: { "x-api-resource-id": tts_resource_id || model, ...extra_headers },
  };
}

export function deadlinesOf(settings: Settings): Deadlines {
  return {
    firstByte: settings.first_byte_timeout,
    idle: settings.idle_timeout,
    total: settings.request_timeout,
  };
}
