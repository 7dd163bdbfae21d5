/** The parameters an app may set, and how they are sent. */
import { DifyError } from "../../src/dify/errors.ts";
import type { ParameterRule } from "../../src/dify/model-schema.ts";
import { readParameters, type ParameterValues } from "../../src/dify/parameters.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import { oncePer, oncePerText } from "../../src/endpoint/once-per.ts";
import { parseJson } from "../../src/endpoint/parse-json.ts";
import type { Settings } from "../../provider/settings.ts";
import { anyEffort, thinkingRules } from "./thinking.ts";
import { webSearchRules } from "./web-search.ts";

/** Upper bound of max tokens when the form says nothing; the server knows its own. */
const MAX_TOKENS = 32_768;
const DEFAULT_MAX_TOKENS = 1_024;

export function parameterRules(settings: Settings): ParameterRule[] {
  const maxTokens = settings.max_tokens_to_sample ?? settings.context_size ?? MAX_TOKENS;
  const rules: ParameterRule[] = [
    {
      name: "temperature",
      label: { en_US: "Temperature", zh_Hans: "温度" },
      type: "float",
      required: false,
      default: 0.7,
      min: 0,
      max: 2,
      precision: 2,
    },
    {
      name: "top_p",
      label: { en_US: "Top P", zh_Hans: "Top P" },
      type: "float",
      required: false,
      default: 1,
      min: 0,
      max: 1,
      precision: 2,
    },
    {
      name: "max_tokens",
      label: { en_US: "Max tokens", zh_Hans: "最大 token 数" },
      type: "int",
      required: false,
      default: Math.min(DEFAULT_MAX_TOKENS, maxTokens),
      min: 1,
      max: maxTokens,
    },
    {
      name: "frequency_penalty",
      label: { en_US: "Frequency penalty", zh_Hans: "频率惩罚" },
      type: "float",
      required: false,
      default: 0,
      min: -2,
      max: 2,
      precision: 2,
    },
    {
      name: "presence_penalty",
      label: { en_US: "Presence penalty", zh_Hans: "存在惩罚" },
      type: "float",
      required: false,
      default: 0,
      min: -2,
      max: 2,
      precision: 2,
    },
    {
      name: "seed",
      label: { en_US: "Seed", zh_Hans: "随机种子" },
      type: "int",
      required: false,
      min: 0,
      max: 2_147_483_647,
    },
  ];
  if (settings.mode !== "completion" && settings.structured_output_support) rules.push(...structuredOutput);
  rules.push(...thinkingRules(settings), ...webSearchRules(settings), extraBody);
  return settings.mode === "responses" ? rules.filter(({ name }) => !NOT_IN_RESPONSES.has(name)) : rules;
}

/** The same, to read an app's values by. */
export const readableRules = oncePer((settings: Settings) => anyEffort(parameterRules(settings)));

/** Parameters of chat that OpenAI's Responses API refuses. */
const NOT_IN_RESPONSES: ReadonlySet<string> = new Set(["frequency_penalty", "presence_penalty", "seed"]);

/** Under these names Dify hands over the schema an app demands. */
const structuredOutput: readonly ParameterRule[] = [
  {
    name: "response_format",
    label: { en_US: "Response format", zh_Hans: "回复格式" },
    type: "string",
    required: false,
    options: ["text", "json_object", "json_schema"],
  },
  {
    name: "json_schema",
    label: { en_US: "JSON schema", zh_Hans: "JSON Schema" },
    type: "text",
    required: false,
  },
];

const extraBody: ParameterRule = {
  name: "extra_body",
  label: { en_US: "Extra body (JSON)", zh_Hans: "额外请求体（JSON）" },
  type: "text",
  required: false,
};

/** Fields an app adds to the body of one call, as JSON text. */
export function readExtraBody({
  model_parameters,
}: Pick<RequestOf<"invoke_llm">, "model_parameters">): object {
  const { extra_body: text } = readParameters([extraBody], model_parameters);
  if (text === undefined || text === "") return {};
  const value = parseJson(String(text));
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new DifyError("InvokeBadRequestError", 'Model parameter "extra_body" must be a JSON object.');
}

/** A hash: the server can tell users apart, but not who they are. */
export function user({ user_id }: Pick<RequestOf<"invoke_llm">, "user_id">, settings: Settings) {
  return settings.user_identity_support && user_id ? { user: hashed(user_id) } : {};
}

const hashed = oncePerText((name) =>
  process.getBuiltinModule("node:crypto").createHash("sha256").update(name).digest("hex").slice(0, 32),
);

/** Parameters as every mode with token limits of its own sends them; only what the app set. */
export function sampling({ max_tokens, ...others }: ParameterValues, model: string, settings: Settings) {
  const name = settings.token_param_name ?? tokenParameter(model);
  return { ...others, ...(max_tokens !== undefined && { [name]: max_tokens }) };
}

/** OpenAI's reasoning models refuse `max_tokens`; many others, such as Ollama, ignore the new name. */
function tokenParameter(model: string): "max_tokens" | "max_completion_tokens" {
  return isReasoningModel(model) ? "max_completion_tokens" : "max_tokens";
}

/** OpenAI's, also behind a gateway that puts the vendor before the name. */
export function isReasoningModel(model: string): boolean {
  return /(?:^|\/)(?:o\d|gpt-5)/i.test(model);
}

export function streaming({ stream }: Pick<RequestOf<"invoke_llm">, "stream">, settings: Settings) {
  if (!stream || !settings.streaming) return { stream: false as const };
  return {
    stream: true as const,
    ...(settings.stream_include_usage && { stream_options: { include_usage: true } }),
  };
}
