/** The parameters an app may set, and how they are sent. */
import type { ParameterRule } from "../../src/dify/model-schema.ts";
import type { ParameterValues } from "../../src/dify/parameters.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import type { Settings } from "../../provider/settings.ts";

/** Upper bound of max tokens when the form says nothing. */
const MAX_TOKENS = 8_192;
const DEFAULT_MAX_TOKENS = 1_024;

export function parameterRules(settings: Settings): ParameterRule[] {
  const maxTokens =
    settings.max_tokens_to_sample ?? Math.min(settings.context_size ?? MAX_TOKENS, MAX_TOKENS);
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
  if (settings.mode === "chat" && settings.structured_output_support) rules.push(...structuredOutput);
  return rules;
}

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

/** Parameters as every mode with token limits of its own sends them; only what the app set. */
export function sampling({ max_tokens, ...others }: ParameterValues, model: string, settings: Settings) {
  const name = settings.token_param_name ?? tokenParameter(model);
  return { ...others, ...(max_tokens !== undefined && { [name]: max_tokens }) };
}

/** OpenAI's reasoning models refuse `max_tokens`; many others, such as Ollama, ignore the new name. */
function tokenParameter(model: string): "max_tokens" | "max_completion_tokens" {
  return /(?:^|\/)(?:o\d|gpt-5)/i.test(model) ? "max_completion_tokens" : "max_tokens";
}

export function streaming({ stream }: Pick<RequestOf<"invoke_llm">, "stream">, settings: Settings) {
  if (!stream || !settings.streaming) return { stream: false as const };
  return {
    stream: true as const,
    ...(settings.stream_include_usage && { stream_options: { include_usage: true } }),
  };
}
