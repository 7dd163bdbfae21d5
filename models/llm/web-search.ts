/** How a model is told to search the web: no two servers agree. */
import type { ParameterRule } from "../../src/dify/model-schema.ts";
import type { ParameterValues } from "../../src/dify/parameters.ts";
import type { Settings, WebSearch } from "../../provider/settings.ts";
import { isOneOf, serverName } from "../../provider/server-name.ts";

/** What a request gains: fields of the body, and tools the server runs itself. */
export interface SearchFields {
  readonly fields: object;
  readonly tools: readonly object[];
}

const NOTHING: SearchFields = { fields: {}, tools: [] };

const WAYS: Readonly<Record<WebSearch, SearchFields>> = {
  tool: { fields: {}, tools: [{ type: "web_search", web_search: { enable: true } }] },
  "simple tool": { fields: {}, tools: [{ type: "web_search" }] },
  parameter: { fields: { web_search: true }, tools: [] },
  none: NOTHING,
};

/** Servers whose way is known. */
const HOSTS: readonly { readonly hosts: readonly string[]; readonly way: SearchFields }[] = [
  { hosts: ["open.bigmodel.cn", "api.z.ai"], way: WAYS.tool },
  { hosts: ["aliyuncs.com"], way: { fields: { enable_search: true }, tools: [] } },
  { hosts: ["openrouter.ai"], way: { fields: { plugins: [{ id: "web" }] }, tools: [] } },
];

/** Those that search in the Responses API, and there only. */
const RESPONSES_HOSTS = ["api.openai.com", "azure.com", "api.x.ai", "volces.com"];

/** Offered only where the model can be told. */
export function webSearchRules(settings: Settings): ParameterRule[] {
  return searchWay(settings) === NOTHING ? [] : [WEB_SEARCH];
}

export function webSearch(asked: ParameterValues[string] | undefined, settings: Settings): SearchFields {
  return asked === true ? searchWay(settings) : NOTHING;
}

function searchWay({ web_search_support: way, mode, endpoint_url }: Settings): SearchFields {
  if (mode === "completion") return NOTHING;
  if (way !== "auto") return WAYS[way];
  const server = serverName(endpoint_url);
  if (mode === "responses") return isOneOf(server, RESPONSES_HOSTS) ? WAYS["simple tool"] : NOTHING;
  return HOSTS.find(({ hosts }) => isOneOf(server, hosts))?.way ?? NOTHING;
}

const WEB_SEARCH: ParameterRule = {
  name: "web_search",
  label: { en_US: "Web search", zh_Hans: "联网搜索" },
  type: "boolean",
  required: false,
};
