/** What Dify is told a language model can do. */
import type { Feature, ModelSchema, ParameterRule } from "../../src/dify/model-schema.ts";
import { pricing } from "../../provider/prices.ts";
import type { Settings } from "../../provider/settings.ts";

/** Assumed when the form says nothing: most models served today read at least this much. */
const CONTEXT_SIZE = 32_768;
const MAX_TOKENS = 8_192;
const DEFAULT_MAX_TOKENS = 1_024;

export function llmSchema(model: string, settings: Settings): ModelSchema {
  return {
    model,
    label: { en_US: settings.display_name || model },
    model_type: "llm",
    fetch_from: "customizable-model",
    features: llmFeatures(settings),
    model_properties: { mode: settings.mode, context_size: settings.context_size ?? CONTEXT_SIZE },
    parameter_rules: parameterRules(settings),
    pricing: pricing(settings),
  };
}

/** Unless set by hand, what can be tried is declared: Dify withholds images from a model without `vision`. */
function llmFeatures(settings: Settings): Feature[] {
  if (settings.mode === "completion") return [];
  const features: Feature[] = [];
  if (settings.function_calling_type) features.push("tool-call", "multi-tool-call");
  if (settings.function_calling_type && settings.stream_function_calling) features.push("stream-tool-call");
  if (settings.vision_support) features.push("vision");
  if (settings.structured_output_support) features.push("structured-output");
  return features;
}

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
