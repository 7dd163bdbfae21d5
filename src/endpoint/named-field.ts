/**
 * What a server's words say about a field of the request: its name, the name to use instead, the bound
 * they give. Only words count here; a body that names the field in a place of its own is read elsewhere.
 */

interface FieldPattern {
  /** Its first group is the name, where the words hold one. */
  readonly words: RegExp;
  /** The field meant by words that do not spell its name. */
  readonly field?: string;
}

/** The field is not taken at all, or not with this model: without it the request may pass. */
export const REFUSED: readonly FieldPattern[] = [
  // OpenAI, Azure: Unsupported parameter: 'max_tokens' is not supported with this model. OpenAI as well:
  // Unsupported value: 'temperature' does not support 0.2 with this model.
  { words: /unsupported (?:parameter|value|argument|field)s?:? ["'`]?([\w.[\]]+)/i },
  // Azure's older API versions, and proxies in front of them.
  { words: /unrecognized request arguments? supplied: ([\w.]+)/i },
  // xAI, which may name it in camelCase: Argument not supported on this model: presencePenalty
  { words: /argument not supported on this model: ["'`]?([\w.]+)/i },
  // Gemini: Invalid JSON payload received. Unknown name "frequency_penalty": Cannot find field.
  { words: /unknown name ["'`]([\w.]+)/i },
  // OpenAI: Unknown parameter: 'x'. Axum servers (TGI, TEI): unknown field `x`, expected …
  {
    words:
      /(?:unknown|unrecognized|unexpected|unsupported) (?:parameter|field|argument|property|key):? ["'`]?([\w.[\]]+)/i,
  },
  // LiteLLM: openai does not support parameters: ['reasoning_effort'], for model=…
  { words: /does not support parameters: ?[[{]?["'`]?([\w.]+)/i },
  // Pydantic servers (Mistral, Anthropic, LiteLLM), as text: stream_options: Extra inputs are not permitted
  { words: /([\w.]+): extra inputs are not permitted/i },
  // The same with its field in a place of its own, and OpenAI's codes.
  {
    words:
      /extra[_ ](?:forbidden|inputs are not permitted)|unsupported_(?:parameter|value)|unknown_parameter/i,
  },
  // JSON Schema validators: Additional properties are not allowed ('user' was unexpected)
  { words: /additional propert(?:y|ies)[^(']{0,40}\(?["'`](\w+)/i },
  // OpenAI: Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.
  { words: /invalid parameter: ["'`]([\w.]+)["'`][^.]{0,60}not supported/i },
  // vLLM: … does not support matryoshka representation, changing output dimensions will lead to poor results.
  { words: /matryoshka/i, field: "dimensions" },
  // vLLM: Stream options can only be defined when `stream=True`. DeepSeek, DashScope: stream_options should …
  { words: /stream[_ ]options[`"']? (?:can only be|should be)/i, field: "stream_options" },
  // OpenAI: Encrypted content is not supported with this model.
  { words: /encrypted content is not supported/i, field: "include" },
  // Z.AI: Tool choice must be auto. vLLM: When using `tool_choice`, `tools` must be set.
  { words: /tool choice must be|when using [`"']tool_choice/i, field: "tool_choice" },
  // Gemini: Only one candidate can be specified in the current model
  { words: /only one candidate/i, field: "n" },
  // OpenAI, DeepSeek, DashScope, Anthropic: a token limit above what the model can write.
  { words: /max_tokens: \d+ > \d+|max_tokens is too large: \d+\. this model supports/i, field: "max_tokens" },
  { words: /range of (max_(?:completion_)?tokens|temperature|top_p|n) (?:is|should be)/i },
  { words: /[`"'](max_(?:completion_)?tokens)[`"'] must be less than/i },
  // Groq: property 'reasoning_content' is unsupported. Any: `seed` is not supported, but no model's name.
  {
    words:
      /(?<!models? ["'`]?)\b([a-z]+(?:_[a-z]+)+|temperature|dimensions|logprobs|seed)["'`]?(?: parameter| field)? (?:is|are) (?:not supported|unsupported|not permitted|not allowed)/i,
  },
  // DeepSeek: deepseek-reasoner does not support this tool_choice. LiteLLM: O-series models don't support
  // temperature=0.2; gpt-4o doesn't support `reasoning.effort`
  {
    words:
      /(?:does not|doesn't|don't|cannot) (?:support|accept) (?:this |the |setting |custom )*["'`]?([a-z]+(?:[_.][a-z]+)+|temperature|dimensions|logprobs|seed)\b/i,
  },
];

/** The field is known, its value is not liked. */
export const MISFIT: readonly FieldPattern[] = [
  // LiteLLM: reasoning_effort=xhigh is not supported for gpt-5
  { words: /\b([a-z]+(?:_[a-z]+)+)=\S+ is not supported/i },
  // Groq: 'n' : number must be at most 1
  { words: /["'`]([a-z][\w.]*)["'`] : \w+/i },
  // vLLM: `tools` must not be an empty array. TGI: `top_p` must be > 0.0. LM Studio: 'response_format.type' must …
  { words: /["'`]([a-z][\w.]*)["'`] must (?:not )?be\b/i },
  // DashScope: parameter.enable_thinking must be set to false; tool_choice is one of the strings that should be …
  {
    words:
      /\b([a-z]+(?:_[a-z]+)+|temperature|dimensions|logprobs|seed)\b["'`]?[^.;:\n]{0,40}\b(?:must|should|cannot|can only|may only|is only|only supports?)\b/i,
  },
  // Ollama: Invalid value for 'encoding_format' = x. OpenAI: Invalid 'temperature': decimal above maximum value.
  { words: /invalid (?:(?:type|value) for |parameter:? )?["'`]([a-z][\w.[\]]*)["'`](?: ?[:=]|[ ,.])/i },
];

/** The field is at fault, but leaving it out may be no remedy. */
export const FAULTY: readonly FieldPattern[] = [
  // Moonshot, DeepSeek: what the model thought must come back with its tool calls.
  { words: /(reasoning_content)\b["'`]? (?:is missing|in the thinking mode must)/i },
  // Gemini: Function call is missing a thought_signature in functionCall parts
  { words: /missing an? (thought_signature)/i },
  // OpenAI, LiteLLM: Missing required parameter: 'messages'. Axum: missing field `texts`
  { words: /missing (?:required )?(?:parameter|field|argument)s?:? ["'`]?([a-z][\w.[\]]*)/i },
  // Ollama: [] is too short - 'messages'
  { words: /is too short - ["'`]([\w.]+)/i },
  // TGI, TEI, DeepSeek (serde): … into the target type: stop: invalid type: string "x", expected a sequence
  { words: /into the target type: ([a-z][\w.[\]]*): /i },
  // OpenAI and speech servers: Unrecognized file format. Failed to decode audio.
  { words: /unrecognized file format|failed to decode audio|invalid audio format/i },
  // Pydantic's report as text, which LiteLLM sends as a 500: 1 validation error for RerankRequest query …
  { words: /\d+ validation errors? for \w+/i },
  // Python's way to write a pydantic error.
  { words: /["']loc["']: ?[[(]["']body["'], ?["'](\w+)["']/i },
];

/** Features, not single fields: what the request asks for is not there. */
export const ABSENT_FEATURES: readonly FieldPattern[] = [
  // Ollama: "x" does not support tools. Xinference: Only {…} support tool calls. OpenRouter: … support tool use
  {
    words:
      /(?:does not|doesn't|only .{0,200}?|endpoints found that) support (?:tools|tool (?:use|calls?|calling)|function calling)/i,
    field: "tools",
  },
  // vLLM: "auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set
  { words: /tool choice requires/i, field: "tool_choice" },
  // Ollama: "x" does not support thinking
  { words: /does not support (thinking)\b/i },
];

const ALL: readonly FieldPattern[] = [...ABSENT_FEATURES, ...REFUSED, ...FAULTY, ...MISFIT];

/** The field the words are about, by its name on the wire. */
export function fieldIn(text: string): string | undefined {
  for (const { words, field } of ALL) {
    const match = words.exec(text);
    const name = field ?? wireName(match?.[1]);
    if (match && name !== undefined) return name;
  }
  return undefined;
}

/** All fields of a list, of which `fieldIn` finds the first. LiteLLM: does not support parameters: ['top_p', 'stop'] */
export function fieldsListedIn(text: string): string[] {
  const [, list = ""] = /does not support parameters: ?\[([^\]]*)\]/i.exec(text) ?? [];
  return list.split(",").flatMap((name) => wireName(name.replaceAll(/["'`\s]/g, "")) ?? []);
}

/** `presencePenalty` → `presence_penalty`; undefined for what is no name, such as LiteLLM's `"None"`. */
export function wireName(name: unknown): string | undefined {
  if (typeof name !== "string" || name.length > 100) return undefined;
  const bare = name.replace(/^(?:\$|body|parameters?)\./, "").replace(/[.:]+$/, "");
  if (!/^[a-z_][\w.[\]-]*$/i.test(bare) || /^(?:none|null|undefined|body)$/i.test(bare)) return undefined;
  return bare.replaceAll(/(?<=[a-z])[A-Z](?=[a-z])/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A name is either in quotes or has an underscore: "use streaming instead" names no field. */
const REPLACEMENTS: readonly RegExp[] = [
  // OpenAI, Azure: Use 'max_completion_tokens' instead.
  /\buse (?:["'`]([a-z_]+)["'`]|([a-z]+(?:_[a-z]+)+)) instead/i,
  // OpenAI: Unknown parameter: 'max_token'. Did you mean 'max_tokens'? Axum says the same of enum values.
  /\bdid you mean:? (?:["'`]([a-z_]+)["'`]|([a-z]+(?:_[a-z]+)+))/i,
];

/** The field to use in place of the one refused. */
export function replacementIn(text: string): string | undefined {
  for (const words of REPLACEMENTS) {
    const match = words.exec(text);
    if (match) return match[1] ?? match[2];
  }
  return undefined;
}

/** The first group is the number. */
const LIMITS: readonly RegExp[] = [
  // TEI, SiliconFlow: batch size 33 > maximum allowed batch size 32
  /maximum (?:allowed )?(?:client )?batch size(?: is| of|:)? (\d[\d,]*)/i,
  // Azure: The max number of inputs is 16. Voyage: The batch size limit is 1000
  /(?:max(?:imum)? number of inputs|batch size limit) is (\d[\d,]*)/i,
  // Vertex: 5 instance(s) is allowed per prediction
  /(\d[\d,]*) instance\(s\) is allowed/i,
  // Bedrock (Cohere): expected maxItems: 96, found: 97
  /expected maxitems: (\d[\d,]*)/i,
  // Zhipu: input数组最大不得超过64条
  /(?:不得|不能)(?:超过|大于) ?(\d[\d,]*)/,
  // DashScope: batch size is invalid, it should not be larger than 10
  /should not be larger than (\d[\d,]*)/i,
  // OpenAI, vLLM, llama-cpp-python: maximum context length is 8192 tokens
  /maximum context length(?: is| of|:)? (\d[\d,]*)/i,
  // Mistral: … model with 32768 maximum context length
  /with (\d[\d,]*) maximum context length/i,
  // llama.cpp: increase the physical batch size (current batch size: 512)
  /current batch size: (\d[\d,]*)/i,
  // llama.cpp: exceeds the available context size (8192 tokens)
  /context size \(?(\d[\d,]*)/i,
  // LM Studio: loaded with context length of only 4096 tokens
  /context length of only (\d[\d,]*)/i,
  // Gemini: exceeds the maximum number of tokens allowed (1048576)
  /tokens allowed \((\d[\d,]*)\)/i,
  // Anthropic: 213456 tokens > 200000 maximum; max_tokens: 9000 > 8192, which is the maximum
  /> (\d[\d,]*),?(?: which is the)? maximum/i,
  // DashScope: Range of input length should be [1, 2048]. DeepSeek: the valid range of max_tokens is [1, 8192]
  /range of [\w ]{1,40}? (?:should be|is) \[\d+, ?(\d[\d,]*)\]/i,
  // TGI, TEI, Groq: must be <= 4096; must have less than 512 tokens
  /must (?:be|have) (?:<=|(?:at most|no more than|less than)(?: or equal to)?) [`'"]?(\d[\d,]*)(?!\.\d)/i,
  // Groq, OpenAI: on tokens per minute (TPM): Limit 6000, Requested 9000
  /\blimit:? (\d[\d,]*), requested/i,
  // OpenAI: Expected an array with maximum length 2048; Expected a value <= 2
  /(?:with maximum length|expected a value <=) (\d[\d,]*)(?!\.\d)/i,
  // Zod servers: Too big: expected string to have <=4096 characters
  /expected \w+ to have <=(\d+)/i,
  // Cohere: number of texts must be at most 96. OpenAI: supports at most 4096 completion tokens
  /\bat most (\d[\d,]*)(?!\.\d)/i,
  // Any: must not exceed 2048
  /(?:cannot|must not|should not|may not) exceed (\d[\d,]*)/i,
];

/** The bound the words give: how many texts, tokens or answers at most. */
export function limitIn(text: string): number | undefined {
  for (const words of LIMITS) {
    const limit = Number(words.exec(text)?.[1]?.replaceAll(",", ""));
    if (Number.isSafeInteger(limit) && limit > 0) return limit;
  }
  return undefined;
}

/** The smallest value the words allow. OpenAI: integer below minimum value. Expected a value >= 16, but got 4 */
export function minimumIn(text: string): number | undefined {
  const minimum = Number(/(?:expected a value|must be) >= ?(\d+)(?!\.\d)/i.exec(text)?.[1]);
  return Number.isSafeInteger(minimum) && minimum > 0 ? minimum : undefined;
}
