/**
 * The form's fields as a person sees them, for sentences that name one. A test holds them to the form.
 */
import type { Language, Text } from "./language.ts";

const FORM: Readonly<Record<string, Text>> = {
  endpoint_url: { en: "Base URL", zh: "接口地址" },
  api_key: { en: "API Key", zh: "API Key" },
  mode: { en: "Mode", zh: "模式" },
  context_size: { en: "Context size", zh: "上下文长度" },
  max_tokens_to_sample: { en: "Upper bound for max tokens", zh: "最大 token 上限" },
  streaming: { en: "Streaming", zh: "流式输出" },
  vision_support: { en: "Image input", zh: "图片输入" },
  audio_support: { en: "Audio input", zh: "音频输入" },
  video_support: { en: "Video input", zh: "视频输入" },
  document_support: { en: "Document input", zh: "文档输入" },
  function_calling_type: { en: "Tool calling", zh: "工具调用" },
  stream_function_calling: { en: "Tool calls while streaming", zh: "流式工具调用" },
  agent_thought_support: { en: "Thinking", zh: "思考" },
  reasoning_replay: { en: "Earlier thoughts", zh: "回传思考内容" },
  web_search_support: { en: "Web search", zh: "联网搜索" },
  structured_output_support: { en: "Structured output", zh: "结构化输出" },
  token_param_name: { en: "Token limit parameter", zh: "token 上限参数" },
  stream_include_usage: { en: "Ask for usage while streaming", zh: "流式请求用量" },
  rerank_score: { en: "Scores", zh: "分数" },
  max_chunks: { en: "Texts per request", zh: "每次请求的文本数" },
  dimensions: { en: "Dimensions", zh: "向量维度" },
  truncate_input: { en: "Cut over-long texts", zh: "截断超长文本" },
  requests_per_minute: { en: "Requests per minute", zh: "每分钟请求数" },
  encoding_format: { en: "Vector format", zh: "向量格式" },
  document_prefix: { en: "Prefix for documents", zh: "文档前缀" },
  query_prefix: { en: "Prefix for queries", zh: "查询前缀" },
  language: { en: "Language", zh: "语言" },
  initial_prompt: { en: "Initial prompt", zh: "初始提示" },
  file_upload_limit: { en: "Largest recording", zh: "录音大小上限" },
  voices: { en: "Voices", zh: "音色" },
  audio_type: { en: "Audio format", zh: "音频格式" },
  speed: { en: "Speed", zh: "语速" },
  instructions: { en: "Instructions", zh: "朗读指示" },
  word_limit: { en: "Characters per request", zh: "每次请求的字符数" },
  tts_api_format: { en: "Speech API", zh: "语音合成 API" },
  tts_resource_id: { en: "Resource ID", zh: "Resource ID" },
  tts_sample_rate: { en: "Sample rate", zh: "采样率" },
  endpoint_model_name: { en: "Model name sent to the server", zh: "发送给服务器的模型名" },
  display_name: { en: "Name shown in Dify", zh: "在 Dify 中显示的名称" },
  input_price: { en: "Input price", zh: "输入价格" },
  output_price: { en: "Output price", zh: "输出价格" },
  currency: { en: "Currency", zh: "货币" },
  user_identity_support: { en: "Tell the server who asks", zh: "向服务器提供用户标识" },
  fallback_url: { en: "Fallback Base URL", zh: "备用接口地址" },
  fallback_api_key: { en: "Fallback API Key", zh: "备用 API Key" },
  fallback_model: { en: "Fallback model", zh: "备用模型" },
  extra_headers: { en: "Extra headers", zh: "额外请求头" },
  extra_body: { en: "Extra body", zh: "额外请求体" },
  proxy_url: { en: "Proxy", zh: "代理" },
  ca_certificate: { en: "CA certificate", zh: "CA 证书" },
  tls_verify: { en: "Verify TLS certificates", zh: "验证 TLS 证书" },
  skip_validation: { en: "Skip the test calls when saving", zh: "保存时跳过测试调用" },
  connect_timeout: { en: "Connect timeout", zh: "连接超时" },
  first_byte_timeout: { en: "First byte timeout", zh: "首字节超时" },
  idle_timeout: { en: "Idle timeout", zh: "空闲超时" },
  request_timeout: { en: "Request timeout", zh: "请求总超时" },
};

/** Dify's own fields beside the form. */
const DIFYS: Readonly<Record<string, Text>> = {
  model: { en: "Model name", zh: "模型名称" },
  model_type: { en: "Model type", zh: "模型类型" },
};

/** The label in quotes, such as `"API Key"`. */
export function fieldLabel(field: string, language: Language = "en"): string {
  const label = (FORM[field] ?? DIFYS[field])?.[language] ?? field;
  return language === "zh" ? `“${label}”` : `"${label}"`;
}

export const fieldLabels = FORM;
