/**
 * What each failure is told as: the cause, then what to change in the form, in both languages.
 *
 * `{field}` stands for the form field to change, `{api_key}` and the like for another field's label, the
 * other names for facts. A toast shows about 38 characters a line for six seconds: the cause comes first.
 */
import type { Text } from "./language.ts";

export interface Diagnosis {
  /** The form field to change, by its variable; `model` and `model_type` are Dify's own. */
  readonly field?: string;
  /** What to put there, as Dify stores it, where that is always the same. */
  readonly value?: string;
  readonly cause: Text;
  readonly fix?: Text;
}

/** Told when the value to put into the field is known, unless a remedy of its own speaks of it. */
export const PUT_VALUE: Text = { en: "Set {field} to {value}.", zh: "请将{field}设为 {value}。" };

export const DIAGNOSES = {
  "key-missing": {
    field: "api_key",
    cause: { en: "The server wants a key, but {field} is empty.", zh: "服务器需要密钥，但{field}为空。" },
    fix: { en: "Enter a key of this server.", zh: "请填写该服务器的密钥。" },
  },
  "key-refused": {
    field: "api_key",
    cause: { en: "The server refused {key}.", zh: "服务器拒绝了{key}。" },
    fix: {
      en: "Check {field}: mistyped, revoked, or another server's?",
      zh: "请检查{field}：是否输错、已吊销，或属于其他服务器？",
    },
  },
  "key-expired": {
    field: "api_key",
    cause: { en: "The server says that {key} has expired.", zh: "服务器称{key}已过期。" },
    fix: { en: "Put a new one into {field}.", zh: "请在{field}中填写新密钥。" },
  },
  "key-foreign": {
    field: "api_key",
    cause: {
      en: "The key looks like one of {vendor}, not of this server.",
      zh: "该密钥看起来属于 {vendor}，而不是此服务器。",
    },
    fix: { en: "Put a key of {host} into {field}.", zh: "请在{field}中填写 {host} 的密钥。" },
  },
  "header-refused": {
    field: "extra_headers",
    cause: { en: 'The server refused the header "{header}".', zh: "服务器拒绝了请求头“{header}”。" },
    fix: {
      en: "Check {field}, or the login in {endpoint_url}.",
      zh: "请检查{field}，或{endpoint_url}中的登录信息。",
    },
  },
  "no-permission": {
    field: "api_key",
    cause: { en: "The key may not use this model.", zh: "该密钥无权使用此模型。" },
    fix: {
      en: "Grant it the right at the server, or put another key into {field}.",
      zh: "请在服务器上为其授权，或在{field}中换用其他密钥。",
    },
  },
  "access-refused": {
    field: "api_key",
    cause: {
      en: "The server refuses access, and no key was sent.",
      zh: "服务器拒绝访问，且请求未携带密钥。",
    },
    fix: {
      en: "Enter a key in {field}, or allow Dify's address and host name at the server.",
      zh: "请在{field}中填写密钥，或在服务器上放行 Dify 的地址和主机名。",
    },
  },
  "no-credit": {
    field: "api_key",
    cause: { en: "The account behind {key} has no credit left.", zh: "{key}所属账户余额或额度不足。" },
    fix: { en: "Top it up, or put another key into {field}.", zh: "请充值，或在{field}中换用其他密钥。" },
  },
  "rate-limited": {
    field: "api_key",
    cause: { en: "Too many requests{wait}.", zh: "请求过于频繁{wait}。" },
    fix: {
      en: "Try again later, or put a key with a higher limit into {field}.",
      zh: "请稍后重试，或在{field}中换用限额更高的密钥。",
    },
  },
  "model-unknown": {
    field: "endpoint_model_name",
    cause: { en: "The server does not know the model.", zh: "服务器上没有该模型。" },
    fix: {
      en: "Correct the model's name, or put the server's own name into {field}.",
      zh: "请更正模型名称，或在{field}中填写服务器上的名称。",
    },
  },
  "model-unknown-near": {
    field: "endpoint_model_name",
    cause: {
      en: "The server does not know the model. It has: {names}.",
      zh: "服务器上没有该模型，可用的有：{names}。",
    },
    fix: { en: "Use such a name, or put it into {field}.", zh: "请使用其中的名称，或填入{field}。" },
  },
  "model-of-other-type": {
    field: "model_type",
    cause: { en: "The server has the model, but not for {task}.", zh: "服务器上有该模型，但不用于{task}。" },
    fix: {
      en: "Choose the {field} it is made for, or another model.",
      zh: "请选择与模型相符的{field}，或换用其他模型。",
    },
  },
  "path-unknown": {
    field: "endpoint_url",
    cause: { en: "The server has nothing at this address.", zh: "该地址上没有所需的接口。" },
    fix: {
      en: "Check {field}; it should look like https://host/v1.",
      zh: "请检查{field}，应形如 https://host/v1。",
    },
  },
  "operation-missing": {
    field: "endpoint_url",
    cause: { en: "This server offers no {task}.", zh: "该服务器不提供{task}接口。" },
    fix: {
      en: "Choose another model type, or put a server that has it into {field}.",
      zh: "请选择其他模型类型，或在{field}中填写提供该接口的服务器。",
    },
  },
  "responses-missing": {
    field: "mode",
    value: "chat",
    cause: { en: "This server has no Responses API.", zh: "该服务器没有 Responses 接口。" },
    fix: { en: "Set {field} to Chat.", zh: "请将{field}设为“对话”。" },
  },
  "needs-chat": {
    field: "mode",
    value: "chat",
    cause: { en: "This model only chats.", zh: "该模型仅支持对话模式。" },
    fix: { en: "Set {field} to Chat.", zh: "请将{field}设为“对话”。" },
  },
  "needs-completion": {
    field: "mode",
    value: "completion",
    cause: { en: "This is no chat model.", zh: "该模型不是对话模型。" },
    fix: { en: "Set {field} to Completion.", zh: "请将{field}设为“补全”。" },
  },
  "needs-responses": {
    field: "mode",
    value: "responses",
    cause: { en: "This model answers through the Responses API only.", zh: "该模型仅支持 Responses 接口。" },
    fix: { en: "Set {field} to Responses.", zh: "请将{field}设为“响应接口”。" },
  },
  "wrong-type": {
    field: "model_type",
    cause: {
      en: "The model, or the server as it was started, offers no {task}.",
      zh: "该模型（或按当前方式启动的服务器）不支持{task}。",
    },
    fix: {
      en: "Choose the {field} it is made for, or another model.",
      zh: "请选择与模型相符的{field}，或换用其他模型。",
    },
  },
  "no-images": {
    field: "vision_support",
    value: "no_support",
    cause: { en: "The model cannot see images.", zh: "该模型不支持图片输入。" },
    fix: { en: "Set {field} to Off, or use a vision model.", zh: "请将{field}设为“关”，或换用视觉模型。" },
  },
  "no-audio": {
    field: "audio_support",
    value: "no_support",
    cause: { en: "The model cannot hear audio.", zh: "该模型不支持音频输入。" },
    fix: { en: "Set {field} to Off, or use another model.", zh: "请将{field}设为“关”，或换用其他模型。" },
  },
  "no-video": {
    field: "video_support",
    value: "no_support",
    cause: { en: "The model cannot watch videos.", zh: "该模型不支持视频输入。" },
    fix: { en: "Set {field} to Off, or use another model.", zh: "请将{field}设为“关”，或换用其他模型。" },
  },
  "no-documents": {
    field: "document_support",
    value: "no_support",
    cause: { en: "The model cannot read files.", zh: "该模型不支持文档输入。" },
    fix: { en: "Set {field} to Off, or use another model.", zh: "请将{field}设为“关”，或换用其他模型。" },
  },
  "no-tools": {
    field: "function_calling_type",
    value: "no_call",
    cause: {
      en: "The model, or the server as it was started, cannot call tools.",
      zh: "该模型或服务器不支持工具调用。",
    },
    fix: { en: "Set {field} to Off, or use another model.", zh: "请将{field}设为“关”，或换用其他模型。" },
  },
  "no-schema": {
    field: "structured_output_support",
    value: "not_supported",
    cause: { en: "The model takes no JSON schema.", zh: "该模型不支持 JSON Schema。" },
    fix: { en: "Set {field} to Off.", zh: "请将{field}设为“关”。" },
  },
  "no-stream": {
    field: "streaming",
    value: "off",
    cause: { en: "The server answers, but not as a stream.", zh: "服务器可以应答，但不支持流式输出。" },
    fix: { en: "Set {field} to Off.", zh: "请将{field}设为“关”。" },
  },
  "extra-refused": {
    field: "extra_body",
    cause: {
      en: 'The server refused the parameter "{param}"{bound}.',
      zh: "服务器拒绝了参数“{param}”{bound}。",
    },
    fix: { en: "Change or remove it in {field}.", zh: "请在{field}中修改或去掉它。" },
  },
  "parameter-refused": {
    cause: { en: 'The server refused the parameter "{param}".', zh: "服务器拒绝了参数“{param}”。" },
    fix: { en: "Remove it from the app or the form.", zh: "请在应用或表单中去掉它。" },
  },
  "value-refused": {
    cause: {
      en: 'The server refused the value of "{param}"{bound}.',
      zh: "服务器拒绝了“{param}”的值{bound}。",
    },
    fix: { en: "Change it in the app or the form.", zh: "请在应用或表单中修改它。" },
  },
  "max-tokens": {
    field: "max_tokens_to_sample",
    cause: {
      en: "More tokens are asked for than the model writes{bound}.",
      zh: "请求的输出 token 数超过模型限制{bound}。",
    },
    fix: { en: "Lower {field}, or Max tokens in the app.", zh: "请调低{field}，或应用中的最大 token 数。" },
  },
  "too-long": {
    field: "context_size",
    cause: { en: "The input is too long for the model{bound}.", zh: "输入超出模型的长度限制{bound}。" },
    fix: { en: "Shorten it, and check {field}.", zh: "请缩短输入，并检查{field}。" },
  },
  "too-large": {
    cause: { en: "The request is too large for the server.", zh: "请求体超出服务器限制。" },
    fix: { en: "Send less text, or smaller files.", zh: "请减少文本或使用更小的文件。" },
  },
  "batch-too-large": {
    field: "max_chunks",
    cause: {
      en: "The server takes fewer texts at a time{bound}.",
      zh: "单次请求的文本数超过服务器限制{bound}。",
    },
    fix: { en: "Lower {field}.", zh: "请调低{field}。" },
  },
  "voice-refused": {
    field: "voices",
    cause: { en: "The server does not know the voice.", zh: "服务器没有该音色。" },
    fix: { en: "Put voices it has into {field}.", zh: "请在{field}中填写服务器支持的音色。" },
  },
  "format-refused": {
    field: "audio_type",
    cause: { en: "The server does not write this audio format.", zh: "服务器不支持该音频格式。" },
    fix: { en: "Choose another {field}.", zh: "请更换{field}。" },
  },
  "speed-refused": {
    field: "speed",
    cause: { en: "The server does not speak at this speed.", zh: "服务器不支持该语速。" },
    fix: { en: "Change or empty {field}.", zh: "请修改或清空{field}。" },
  },
  "instructions-refused": {
    field: "instructions",
    cause: { en: "The server takes no instructions for speech.", zh: "服务器不支持朗读指令。" },
    fix: { en: "Empty {field}.", zh: "请清空{field}。" },
  },
  "recording-refused": {
    cause: { en: "The server cannot read this recording.", zh: "服务器无法读取该录音。" },
    fix: {
      en: "Use an audio format it takes, such as mp3 or wav, or another model.",
      zh: "请使用其支持的音频格式（如 mp3、wav），或换用其他模型。",
    },
  },
  "language-refused": {
    field: "language",
    cause: { en: "The server does not know the language.", zh: "服务器不支持该语言。" },
    fix: {
      en: "Put a code such as en or zh into {field}, or empty it.",
      zh: "请在{field}中填写 en、zh 等代码，或清空。",
    },
  },
  "not-supported": {
    cause: {
      en: "The model, or the server as it was started, cannot do this.",
      zh: "该模型或按当前方式启动的服务器不支持此操作。",
    },
  },
  "content-filter": {
    cause: { en: "The server's content filter refused this.", zh: "内容被服务器的安全策略拦截。" },
    fix: { en: "Change what is asked.", zh: "请修改内容。" },
  },
  "bad-request": {
    cause: { en: "The server refused the request{naming}.", zh: "服务器拒绝了请求{naming}。" },
  },
  overloaded: {
    cause: { en: "The server is overloaded{wait}.", zh: "服务器繁忙{wait}。" },
    fix: { en: "Try again later.", zh: "请稍后重试。" },
  },
  loading: {
    cause: { en: "The server is still loading the model.", zh: "服务器仍在加载模型。" },
    fix: { en: "Try again in a moment.", zh: "请稍后重试。" },
  },
  "server-error": {
    cause: { en: "The server failed.", zh: "服务器内部出错。" },
    fix: { en: "Its own log says more.", zh: "详情见服务器日志。" },
  },
  redirected: {
    field: "endpoint_url",
    cause: { en: "The server sends requests elsewhere.", zh: "服务器将请求重定向到别处。" },
    fix: { en: "Check {field}.", zh: "请检查{field}。" },
  },
  "web-page": {
    field: "endpoint_url",
    cause: { en: "The address leads to a web page, not to an API.", zh: "该地址返回网页，而不是接口。" },
    fix: {
      en: "Check {field}; it should look like https://host/v1.",
      zh: "请检查{field}，应形如 https://host/v1。",
    },
  },
  "not-an-api": {
    field: "endpoint_url",
    cause: {
      en: "The answer is not that of an OpenAI-compatible API{missing}.",
      zh: "应答不符合 OpenAI 兼容接口{missing}。",
    },
    fix: { en: "Check {field} and the model type.", zh: "请检查{field}和模型类型。" },
  },
  "no-answer": {
    field: "context_size",
    cause: { en: "The server ended its answer without a word.", zh: "服务器未返回任何内容就结束了应答。" },
    fix: {
      en: "The input may be too long for it: check {field}; its log may say more.",
      zh: "输入可能过长：请检查{field}；详情见服务器日志。",
    },
  },
  truncated: {
    cause: { en: "The answer broke off before its end.", zh: "应答中途断开。" },
    fix: {
      en: "Try again; the server or a proxy cut the connection.",
      zh: "请重试；连接被服务器或代理中断。",
    },
  },
  "name-unknown": {
    field: "endpoint_url",
    cause: { en: 'There is no host "{host}".', zh: "找不到主机“{host}”。" },
    fix: {
      en: "Correct {field}; Dify's plugin daemon must know the name.",
      zh: "请更正{field}；Dify 插件守护进程须能解析该主机名。",
    },
  },
  "connection-refused": {
    field: "endpoint_url",
    cause: { en: "Nothing listens at {origin}.", zh: "{origin} 上没有服务在监听。" },
    fix: {
      en: "Start the server, or correct host and port in {field}.",
      zh: "请启动服务器，或更正{field}中的主机和端口。",
    },
  },
  "connection-refused-local": {
    field: "endpoint_url",
    cause: {
      en: "Nothing listens at {origin}, seen from Dify's plugin daemon.",
      zh: "从 Dify 插件守护进程看，{origin} 上没有服务在监听。",
    },
    fix: {
      en: "If that runs in a container and the server on its host, set {field} to {value}.",
      zh: "若前者运行在容器中、服务器运行在宿主机上，请将{field}设为 {value}。",
    },
  },
  unreachable: {
    field: "endpoint_url",
    cause: { en: "{origin} cannot be reached.", zh: "无法连接 {origin}。" },
    fix: { en: "Check {field}, the network and firewalls.", zh: "请检查{field}、网络和防火墙。" },
  },
  "plain-http": {
    field: "endpoint_url",
    cause: { en: "The server speaks http, not https, at this port.", zh: "该端口使用 http，而不是 https。" },
    fix: { en: "Begin {field} with http://.", zh: "请让{field}以 http:// 开头。" },
  },
  "needs-https": {
    field: "endpoint_url",
    cause: { en: "The server speaks https, not http, at this port.", zh: "该端口使用 https，而不是 http。" },
    fix: { en: "Begin {field} with https://.", zh: "请让{field}以 https:// 开头。" },
  },
  "certificate-unknown": {
    field: "ca_certificate",
    cause: {
      en: "The server's certificate comes from an unknown authority.",
      zh: "服务器证书的签发机构不受信任。",
    },
    fix: { en: "Paste the authority's certificate into {field}.", zh: "请将签发机构的证书粘贴到{field}。" },
  },
  "certificate-self-signed": {
    field: "ca_certificate",
    cause: { en: "The server's certificate is self-signed.", zh: "服务器使用自签名证书。" },
    fix: { en: "Paste that certificate into {field}.", zh: "请将该证书粘贴到{field}。" },
  },
  "certificate-expired": {
    field: "tls_verify",
    value: "off",
    cause: {
      en: "The server's certificate has expired, or is not valid yet.",
      zh: "服务器证书已过期或尚未生效。",
    },
    fix: {
      en: "Renew it at the server, or set {field} to Off at your own risk.",
      zh: "请在服务器上更新证书；或将{field}设为“关”（有风险）。",
    },
  },
  "certificate-host": {
    field: "endpoint_url",
    cause: {
      en: "The server's certificate is for another host than {host}.",
      zh: "服务器证书不属于主机 {host}。",
    },
    fix: { en: "Use the certificate's host in {field}.", zh: "请在{field}中使用证书上的主机名。" },
  },
  proxy: {
    field: "proxy_url",
    cause: { en: "The proxy cannot be reached, or refused to connect.", zh: "代理无法连接，或拒绝了连接。" },
    fix: {
      en: "Check {field}, or HTTPS_PROXY of the plugin daemon.",
      zh: "请检查{field}，或插件守护进程的 HTTPS_PROXY。",
    },
  },
  "timeout-connect": {
    field: "endpoint_url",
    cause: { en: "{origin} did not answer the connection in time.", zh: "连接 {origin} 超时。" },
    fix: {
      en: "Check host and port in {field} and firewalls; {connect_timeout} may be raised.",
      zh: "请检查{field}中的主机、端口和防火墙；也可调大{connect_timeout}。",
    },
  },
  "timeout-first": {
    field: "first_byte_timeout",
    cause: {
      en: "The server took longer to begin its answer than {field} allows.",
      zh: "服务器开始应答的时间超过{field}。",
    },
    fix: {
      en: "Raise it; a model that is loading takes minutes.",
      zh: "请调大该值；加载模型可能需要数分钟。",
    },
  },
  "timeout-idle": {
    field: "idle_timeout",
    cause: {
      en: "The server fell silent for longer than {field} allows.",
      zh: "服务器中途无响应的时间超过{field}。",
    },
    fix: { en: "Raise it, or see the server's log.", zh: "请调大该值，或查看服务器日志。" },
  },
  "timeout-total": {
    field: "request_timeout",
    cause: { en: "The whole answer took longer than {field} allows.", zh: "整个应答时间超过{field}。" },
    fix: { en: "Raise it, or ask for less.", zh: "请调大该值，或减少请求内容。" },
  },
  "timeout-server": {
    cause: { en: "The server gave up waiting.", zh: "服务器等待超时。" },
    fix: { en: "Try again later.", zh: "请稍后重试。" },
  },
  aborted: { cause: { en: "The plugin is stopping.", zh: "插件正在停止。" } },
} as const satisfies Record<string, Diagnosis>;

export type DiagnosisId = keyof typeof DIAGNOSES;
