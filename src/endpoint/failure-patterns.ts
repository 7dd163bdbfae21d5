/**
 * What failures mean, by their words. Statuses are no guide: a wrong key comes as 400, 401 or 403, an
 * unknown model as 400, 404 or 503, and either may come as 200.
 */
import type { FailureKind } from "./endpoint-error.ts";
import { ABSENT_FEATURES, FAULTY, MISFIT, REFUSED } from "./named-field.ts";

export interface Meaning {
  readonly kind: FailureKind;
  /** Asking again will not help, though the status may say so. */
  readonly permanent?: boolean;
  /** The field is known, its value is not liked. */
  readonly valueOnly?: boolean;
}

interface Pattern extends Meaning {
  readonly words: RegExp | readonly { readonly words: RegExp }[];
}

/** Read against the server's identifiers and its words, each on a line of its own; the first match wins. */
const PATTERNS: readonly Pattern[] = [
  {
    // OpenAI and DashScope insufficient_quota; new-api insufficient_user_quota; Novita NOT_ENOUGH_BALANCE;
    // DeepSeek, SiliconFlow and Moonshot "insufficient balance"; Anthropic "credit balance is too low";
    // OpenRouter "Insufficient credits", "requires more credits"; xAI "doesn't have any credits";
    // DashScope Arrearage, …BillOverdue, CommodityNotPurchased, FreeTierOnly; LiteLLM "Budget has been exceeded"
    kind: "no-credit",
    permanent: true,
    words:
      /insufficient[_ ](?:user_|account )?(?:quota|balance|credits?|funds)|not[_ ]enough[_ ]balance|quota is not enough|credit balance|balance (?:is |are )?(?:insufficient|too low|not enough)|(?:ha(?:s|ve) no|more|out of|any|all available|included|prepayment) credits|credits? (?:is |are |limit )?(?:depleted|exhausted|exceeded)|arrearage|billoverdue|commoditynotpurchased|freetieronly|free tier of the model has been exhausted|billing_(?:hard_limit|not_active|error)|billing hard limit|spending (?:limit|cap)|budget[_ ](?:has been )?exceeded|exceededbudget|exceeded_current_quota|key limit exceeded/i,
  },
  // The same in Chinese: new-api, Zhipu.
  { kind: "no-credit", permanent: true, words: /额度不足|额度已用尽|余额不足|欠费|请充值/ },
  {
    // Groq (413) and OpenAI (429, called a rate limit): one request over the tokens of a whole minute.
    kind: "too-long",
    words: /request too large for/i,
  },
  {
    // Gemini says "exceeded your current quota, check your plan and billing" of a limit per minute, too.
    kind: "rate-limited",
    words: /resource_exhausted|ai\.dev\/rate-limit|please retry (?:in|after) \d/i,
  },
  {
    // OpenAI where a gateway (LiteLLM) dropped the code.
    kind: "no-credit",
    permanent: true,
    words: /exceeded your current quota|check your plan and billing/i,
  },
  {
    // OpenAI, Groq rate_limit_exceeded; Anthropic rate_limit_error; Novita; Xinference "Rate limit reached";
    // LiteLLM RateLimitError, throttling_error; DashScope Throttling.*; new-api in Chinese
    kind: "rate-limited",
    words: /rate[_ -]?limit|too many (?:concurrent )?requests|throttl|请求数限制|速率限制/i,
  },
  {
    // OpenAI content_policy_violation; Azure content_filter, "content management policy"; DashScope
    // DataInspectionFailed; OpenRouter moderation "was flagged"; Gemini PROHIBITED_CONTENT; new-api
    kind: "content-filter",
    words:
      /content[_ ]?(?:filter|policy)|content management policy|responsibleaipolicy|data_?inspection_?failed|inappropriate content|prohibited_content|(?:input|prompt|request) was flagged|requires moderation|sensitive_words|safety system/i,
  },
  { kind: "parameter-refused", words: REFUSED },
  { kind: "not-supported", words: ABSENT_FEATURES },
  {
    // llama.cpp not_supported_error, "This server does not support embeddings"; new-api api_not_implemented;
    // vLLM NotImplementedError, "The model does not support Rerank (Score) API"; TEI "not a re-ranker model";
    // llama-cpp-python "must be created with embedding=True"; Infinity ModelNotDeployedError; Ollama "does not
    // support chat"; OpenAI "This is not a chat model"; LiteLLM "Unsupported provider: openai" (for rerank); llama.cpp "image input is not supported"
    kind: "not-supported",
    words:
      /not_supported_error|unsupported provider|api_not_implemented|notimplementederror|\bnot implemented\b|modelnotdeployed|does not support (?:(?:the )?[\w ()-]{1,40} api\b|embeddings?|rerank|chat|completions?|generat|insert|image|vision|audio)|is not an? (?:re-?rank|embedding|chat|vision|text|audio|speech)|(?:image|audio|video) input is not supported|must be created with embedding=true/i,
  },
  { kind: "bad-request", words: FAULTY },
  {
    // DashScope "batch size is invalid"; TEI, SiliconFlow "maximum allowed batch size"; Cohere "number of
    // texts must be"; OpenAI "Invalid 'input': array too long"; Infinity (pydantic) "input: List should have …";
    // Gemini "requests can be in one batch"; Mistral "Too many inputs in request"; Azure "The max number of
    // inputs is 16"; Voyage "The batch size limit is 1000", "allowed tokens per submitted batch"; Vertex "5
    // instance(s) is allowed per prediction"; OpenAI max_tokens_per_request; Bedrock (Cohere) "expected
    // maxItems: 96"; Zhipu "数组最大不得超过64条"
    kind: "batch-too-large",
    words:
      /batch size is invalid|(?:allowed|client|max(?:imum)?) batch size|batch size .{0,40}(?:exceed|limit|too (?:large|big)|larger than|greater than)|(?:exceeds?|over) .{0,40}batch (?:size|limit)|batch (?:is )?too (?:large|big)|per submitted batch|number of (?:texts|inputs|documents|instances|items) (?:must be|is|exceed|should)|too many (?:inputs|texts|documents|instances|items|embeddings)|(?:input|texts|contents)["'`]?: (?:array too long|list should have at most|array size must be)|requests can be in one batch|more batches|instance\(s\) is allowed|max_tokens_per_request|expected maxitems|数组(?:长度|最大)|批(?:次|量|处理)?大小/i,
  },
  {
    // OpenAI, llama-cpp-python context_length_exceeded; vLLM without it; llama.cpp exceed_context_size_error,
    // "input is too large to process"; TGI "`inputs` tokens + … must be <="; TEI "must have less than"; LM Studio
    // "context the overflows"; Gemini "exceeds the maximum number of tokens"; Anthropic "prompt is too long";
    // llama.cpp of one text "… tokens) is too large to process. increase the physical batch size (current batch
    // size: 512)"; DashScope "Range of input length"; Cohere "too many tokens"; LiteLLM ContextWindowExceededError
    kind: "too-long",
    words:
      /too large to process|context[_ ]?(?:length|size|window)|maximum context|context (?:the )?overflow|too many tokens|(?:prompt|input|text|string) (?:is )?too (?:long|large)|tokens? (?!per ).{0,40}exceed|exceeds? .{0,40}tokens|must have less than \d+ tokens|`inputs` tokens|range of input length|exceed_context_size|request_too_large|(?:payload|entity|content|file) too large|maximum content size/i,
  },
  {
    // new-api 无权访问模型, IP lists; LiteLLM "key not allowed to access model"; OpenAI "does not have access to
    // model", "Missing scopes", "must be verified"; Anthropic permission_error; Xinference "Not enough
    // permissions"; DashScope Model.AccessDenied. Not: Moonshot's "Not found the model x or Permission denied"
    kind: "no-permission",
    words:
      /无权访问模型|不在令牌允许|not allowed to (?:access|use)|(?<!or )permission[_ ]?(?:denied|error)|(?:not enough|insufficient) permissions|does not have access to model|missing scopes|must be verified to|unsupported_country|model\.accessdenied|access to model denied/i,
  },
  {
    // one-api, new-api: no upstream serves this model; a 503 that does not pass.
    kind: "model-unknown",
    permanent: true,
    words: /无可用渠道|no available channel/i,
  },
  {
    // OpenAI, Groq model_not_found; Azure DeploymentNotFound; openedai-speech; DeepSeek "Model Not Exist";
    // Kokoro invalid_model; Infinity, Mistral "Invalid model"; LiteLLM "Invalid model name"; Zhipu 模型不存在;
    // OpenRouter "not a valid model ID", "No endpoints found for"; Ollama, vLLM, Xinference, speaches,
    // SiliconFlow by the sentence; Groq "has been decommissioned"
    kind: "model-unknown",
    words:
      /model_?not_?(?:found|supported|available)|model_decommissioned|invalid[_ ]model|deploymentnotfound|deployment .{0,60}does not exist|no such model|(?:unsupported|unknown) model|model not exist|not a valid model|no endpoints found for|not found the model|no models? loaded|模型不存在|\bmodels?\b.{0,120}(?:does not exist|not found|not installed|is not supported|unknown|decommissioned)/i,
  },
  {
    // OpenAI, xAI (400), Moonshot "Incorrect API key"; Gemini (400) "API key not valid"; OpenRouter "No auth
    // credentials"; Anthropic "invalid x-api-key"; Azure "invalid subscription key"; LiteLLM auth_error, and
    // without a database "No connected db"; new-api 无效的令牌; LocalAI "authentication key is required";
    // Xinference "Could not validate credentials"; DeepSeek "Authentication Fails"; SiliconFlow "Invalid token"
    kind: "bad-key",
    words:
      /(?:invalid|incorrect|missing|expired|wrong|no)[_ ](?:auth |bearer )?(?:api[_ -]?(?:key|token)|x-api-key|proxy server token|subscription key|bearer|access token)|api[_ -]?key[\w:* ]{0,40}(?:not valid|invalid|expired|missing|required|incorrect|must be set)|(?:provide|supply|pass)[\w ]{0,20} api[_ ]key|\binvalid token\b(?! (?:at|in|id|count))|invalid[_ ](?:authentication|credentials|username or password)|authentication[_ ](?:error|fails|key)|authenticationerror|auth_error|no auth credentials|could not validate credentials|missing authentication|unauthenticated|unauthori[sz]ed|no_db_connection|no connected db/i,
  },
  { kind: "bad-key", words: /无效的令牌|未提供令牌|令牌(?:已过期|状态不可用|已禁用|验证不正确)|身份验证/ },
  { kind: "parameter-refused", valueOnly: true, words: MISFIT },
  {
    // OpenAI, new-api "Invalid URL", "Unknown request URL"; LM Studio "Unexpected endpoint"; gin "404 page not
    // found"; FastAPI "Not Found", "Method Not Allowed"; llama.cpp "File Not Found"; Azure "Resource not found";
    // Express "Cannot POST /x"; Kong "no Route matched"; Flask "The requested URL was not found"
    kind: "path-unknown",
    words:
      /invalid url|(?:unknown|unrecognized) request url|unexpected endpoint|page not found|^not found$|file not found|^resource not found|(?:route|endpoint|path) not found|no route\b|unknown endpoint|requested url was not found|^cannot (?:get|post) \/|method not allowed/im,
  },
  {
    // llama.cpp "Loading model"; Xinference "Model is loading"; Hugging Face "is currently loading"
    kind: "loading",
    words: /loading model|is (?:currently |still )?loading/i,
  },
  {
    // TGI, TEI "Model is overloaded"; Anthropic overloaded_error; Ollama "server busy"; xAI "currently
    // unavailable"; nginx "Temporarily Unavailable"; Mistral "capacity exceeded"; new-api in Chinese
    kind: "overloaded",
    words:
      /overloaded|server busy|(?:currently|temporarily) unavailable|capacity exceeded|high demand|no healthy upstream|负载已饱和/i,
  },
];

/** Undefined when the words say nothing known. */
export function meaningOf(evidence: string): Meaning | undefined {
  return PATTERNS.find(({ words }) =>
    words instanceof RegExp ? words.test(evidence) : words.some((one) => one.words.test(evidence)),
  );
}
