import type { Operation } from "./operations.ts";

/** A host that speaks the protocol at one place only, whatever path was pasted. */
export interface KnownHost {
  /** Host names; a leading `*` stands for any beginning. */
  readonly hosts: readonly string[];
  /** The path before the operations. */
  readonly base: string;
  /** Further paths that are right as they are. */
  readonly alsoRight?: readonly string[];
  /** Operations that are not under the base: a path on the same host, or a whole URL. */
  readonly elsewhere?: Readonly<Partial<Record<Operation, string>>>;
  /** Recordings are sent as base64 in JSON, not as a form. */
  readonly audioAsJson?: true;
  /** Where an operation is once more, for models that are not at the first place. */
  readonly another?: Readonly<Partial<Record<Operation, string>>>;
  /** The key goes into the header `api-key`, and deployments may stand in the path. */
  readonly azure?: true;
}

const KNOWN_HOSTS: readonly KnownHost[] = [
  {
    hosts: ["openai", "cognitiveservices", "services.ai"].flatMap((service) =>
      // The public cloud, the US government's, China's.
      ["com", "us", "cn"].map((cloud) => `*.${service}.azure.${cloud}`),
    ),
    base: "openai/v1",
    azure: true,
  },
  {
    hosts: [
      "api.openai.com",
      // Data residency: eu.api.openai.com
      "*.api.openai.com",
      "api.anthropic.com",
      "api.jina.ai",
      "api.mistral.ai",
      "api.moonshot.ai",
      "api.moonshot.cn",
      "api.siliconflow.cn",
      "api.siliconflow.com",
      "api.voyageai.com",
      "api.x.ai",
      "ollama.com",
    ],
    base: "v1",
  },
  {
    hosts: ["api.together.ai", "api.together.xyz"],
    base: "v1",
    elsewhere: { "audio/voices": "/v1/voices" },
  },
  { hosts: ["openrouter.ai"], base: "api/v1", audioAsJson: true },
  { hosts: ["api.groq.com"], base: "openai/v1" },
  { hosts: ["generativelanguage.googleapis.com"], base: "v1beta/openai" },
  // The documented base has no version; strict tools and prefix completion need /beta.
  { hosts: ["api.deepseek.com"], base: "", alsoRight: ["v1", "beta"] },
  {
    hosts: [
      "dashscope.aliyuncs.com",
      "dashscope-intl.aliyuncs.com",
      "dashscope-us.aliyuncs.com",
      "*.maas.aliyuncs.com",
    ],
    base: "compatible-mode/v1",
    elsewhere: { rerank: "/compatible-api/v1/reranks" },
    // gte-rerank-v2 and qwen3-vl-rerank are only here.
    another: { rerank: "/api/v1/services/rerank/text-rerank/text-rerank" },
  },
  {
    hosts: ["api.cohere.ai", "api.cohere.com"],
    base: "compatibility/v1",
    elsewhere: { rerank: "https://api.cohere.com/v2/rerank", models: "https://api.cohere.com/v1/models" },
  },
  // Their plans for programmers have a path of their own.
  { hosts: ["open.bigmodel.cn", "api.z.ai"], base: "api/paas/v4", alsoRight: ["api/coding/paas/v4"] },
  { hosts: ["ark.cn-beijing.volces.com"], base: "api/v3", alsoRight: ["api/coding/v3"] },
  { hosts: ["qianfan.baidubce.com"], base: "v2" },
];

/**
 * Servers known by their default port alone, which is a guess: pasted paths that are none of the
 * protocol, and the base to use instead of them.
 */
const KNOWN_PORTS: Readonly<Record<string, { readonly base: string; readonly instead: readonly string[] }>> =
  {
    // LM Studio
    "1234": { base: "v1", instead: ["api", "api/v0", "api/v1"] },
    // Infinity has no version unless it is started with a prefix.
    "7997": { base: "", instead: [""] },
    // Ollama
    "11434": { base: "v1", instead: ["api"] },
  };

export function knownHost(hostname: string): KnownHost | undefined {
  return KNOWN_HOSTS.find(({ hosts }) =>
    hosts.some((host) => (host.startsWith("*") ? hostname.endsWith(host.slice(1)) : hostname === host)),
  );
}

/** The base of the server that usually listens on the port, if `path` would be wrong there. */
export function baseByPort(port: string, path: string): string | undefined {
  const server = KNOWN_PORTS[port];
  return server?.instead.includes(path) ? server.base : undefined;
}
