/**
 * The form's fields as a person sees them, for sentences that name one. A test holds them to the form.
 */
const FORM: Readonly<Record<string, string>> = {
  endpoint_url: "Base URL",
  api_key: "API Key",
  endpoint_model_name: "Model name sent to the server",
  display_name: "Name shown in Dify",
  mode: "Mode",
  context_size: "Context size",
  max_tokens_to_sample: "Upper bound for max tokens",
  streaming: "Streaming",
  token_param_name: "Token limit parameter",
  stream_include_usage: "Ask for usage while streaming",
  function_calling_type: "Tool calling",
  stream_function_calling: "Tool calls while streaming",
  agent_thought_support: "Thinking",
  structured_output_support: "Structured output",
  vision_support: "Image input",
  audio_support: "Audio input",
  video_support: "Video input",
  document_support: "Document input",
  user_identity_support: "Tell the server who asks",
  max_chunks: "Texts per request",
  dimensions: "Dimensions",
  encoding_format: "Vector format",
  truncate: "Cut over-long texts",
  requests_per_minute: "Requests per minute",
  document_prefix: "Prefix for documents",
  query_prefix: "Prefix for queries",
  language: "Language",
  initial_prompt: "Initial prompt",
  voices: "Voices",
  audio_type: "Audio format",
  input_price: "Input price",
  output_price: "Output price",
  currency: "Currency",
  extra_headers: "Extra headers",
  extra_body: "Extra body",
  proxy_url: "Proxy",
  ca_certificate: "CA certificate",
  tls_verify: "Verify TLS certificates",
  connect_timeout: "Connect timeout",
  first_byte_timeout: "First byte timeout",
  idle_timeout: "Idle timeout",
  request_timeout: "Request timeout",
};

/** The label in quotes, such as `"API Key"`. */
export function fieldLabel(field: string): string {
  return `"${FORM[field] ?? (field === "model" ? "Model name" : field)}"`;
}

export const fieldLabels = FORM;
