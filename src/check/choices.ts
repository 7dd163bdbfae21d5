/** How the form shows values that are chosen, not typed. A test holds them to the form. */

type Labels = Readonly<Record<string, string>>;

const SUPPORT: Labels = { auto: "Automatic", support: "On", no_support: "Off" };
const SUPPORTED: Labels = { auto: "Automatic", supported: "On", not_supported: "Off" };

const CHOICES: Readonly<Record<string, Labels>> = {
  advanced: { auto: "Automatic (recommended)", manual: "Set by hand" },
  mode: { auto: "Automatic (chat)", chat: "Chat", completion: "Completion", responses: "Responses" },
  streaming: { auto: "Automatic", on: "On", off: "Off" },
  vision_support: SUPPORT,
  audio_support: SUPPORT,
  video_support: { ...SUPPORT, image_url: "On, sent as image_url" },
  document_support: SUPPORT,
  function_calling_type: {
    auto: "Automatic",
    tool_call: "On",
    function_call: "On (legacy functions)",
    no_call: "Off",
  },
  stream_function_calling: SUPPORTED,
  agent_thought_support: {
    auto: "Automatic (show)",
    supported: "Show",
    only_thinking_supported: "Show, the model always thinks",
    not_supported: "Hide",
  },
  reasoning_replay: {
    auto: "Automatic (where the server wants them)",
    always: "Send back with every tool call",
    never: "Never send back",
  },
  web_search_support: {
    auto: "Automatic (known servers)",
    tool_standard: "Tool with a switch (Zhipu, Baichuan)",
    tool_simple: "Plain tool (Volcengine, Responses)",
    parameter: "Field web_search",
    not_supported: "Not supported",
  },
  structured_output_support: SUPPORTED,
  token_param_name: { auto: "Automatic" },
  stream_include_usage: { auto: "Automatic", enabled: "On", disabled: "Off" },
  rerank_score: {
    auto: "Automatic (0 to 1)",
    raw: "As the server gives them",
    sigmoid: "Always through a sigmoid",
  },
  truncate_input: {
    auto: "Automatic (on)",
    on: "On - to the context size",
    off: "Off - let the server refuse them",
  },
  encoding_format: { auto: "Automatic (the server's)", base64: "base64 - smaller" },
  audio_type: { auto: "Automatic (mp3)" },
  tts_api_format: { auto: "Automatic (OpenAI)", openai: "OpenAI", byteplus: "BytePlus / Volcengine" },
  tts_sample_rate: {
    auto: "Automatic (24000 Hz)",
    "24000": "24000 Hz",
    "16000": "16000 Hz",
    "8000": "8000 Hz",
  },
  user_identity_support: {
    auto: "Automatic (off)",
    support: "On - a hash of the user's id",
    no_support: "Off",
  },
  tls_verify: { auto: "Automatic (on)", on: "On", off: "Off - anyone can read along" },
  skip_validation: { auto: "Automatic (test)", off: "Test", on: "Skip" },
};

/** A value of the form as the form shows it. */
export function shownValue(field: string, value: string): string {
  return CHOICES[field]?.[value] ?? value;
}
