/** Words of the connection screen. The stages' names stand here by their ids, for the Chinese. */
import type { StageId } from "../../contract.ts";
import type { Table } from "./messages.ts";

export const CONNECTION = {
  connection: ["Connection", "连接"],
  connectionHelp: [
    "The form as Dify shows it, where its values lead, and whether they hold.",
    "与 Dify 中相同的表单、其取值的结果，以及能否使用。",
  ],
  isDemo: [
    "This is the embedded endpoint. It has no model behind it and computes its answers; every screen works with it.",
    "这是内置演示接口：其背后没有模型，回答由计算得出；所有页面都可以用它来尝试。",
  ],
  modelCredential: ["Model credential", "模型凭据"],
  required: ["required", "必填"],
  pleaseEnter: ["Please enter", "请输入"],
  pleaseSelect: ["Please select", "请选择"],
  listModels: ["List models", "列出模型"],
  noModelOfType: [
    "The server lists {count} models, none of this type.",
    "服务器列出了 {count} 个模型，没有此类型的。",
  ],
  keyFromEnvironment: ["from ${name}, for {origin} only", "来自 ${name}，仅用于 {origin}"],
  lostFields: [
    "Hidden, and deleted when Dify saves the form: {fields}",
    "已隐藏，Dify 保存表单时会删除：{fields}",
  ],
  stillMissing: ["Still missing: {fields}", "还需填写：{fields}"],
  validateHelp: [
    "Asks the server what Dify asks when the form is saved, and more.",
    "向服务器询问 Dify 保存表单时的问题，以及更多。",
  ],
  validate: ["Validate", "验证"],

  willCall: ["Where requests go", "请求地址"],
  noAddressYet: ["no address yet", "尚无地址"],
  orOthers: ["If nothing is there:", "若该地址无响应："],

  validation: ["Validation", "验证"],
  validationCost: [
    "at most about {requests} requests, {tokens} tokens",
    "最多约 {requests} 次请求、{tokens} 个 token",
  ],
  validationSpent: ["{requests} requests in {time}", "{requests} 次请求，用时 {time}"],
  formChanged: ["The form has changed since.", "此后表单已更改。"],
  validating: ["Validating …", "验证中……"],
  validationCancelled: ["Cancelled.", "已取消。"],
  ladderEmpty: [
    "Each thing Dify and its apps need of the model is tried, one after the other. A failure names its cause, and the field and value that help.",
    "逐一尝试 Dify 及其应用对模型的要求。失败时会指出原因，以及应修改的字段和值。",
  ],
  verdictReady: ["Ready for Dify", "可用于 Dify"],
  verdictLimited: ["Ready, with limitations", "可用，但有限制"],
  verdictNotReady: ["Not ready", "不可用"],
  verdictNoConnection: ["No connection", "无法连接"],
  formRefused: ["Values in the form make no sense", "表单中的值无效"],
  goToField: ["Go to the field", "转到该字段"],
  useValue: ["Use this value", "使用此值"],
  serverSaid: ["What the server said", "服务器的原话"],
  shownInDify: ["What Dify shows", "Dify 显示的内容"],
  tryByHand: ["Try it by hand", "手动尝试"],

  difySaves: ["Dify saves the form", "Dify 保存表单"],
  difySavesHelp: ["Asked last, of the packaged plugin itself.", "最后询问打包后的插件本身。"],
  difyAccepts: ["The plugin accepts it, so Dify saves it.", "插件接受，Dify 会保存。"],
  difyRefuses: ["Dify does not save it, and shows for six seconds:", "Dify 不会保存，并显示六秒："],
  writtenBack: ["Written back to {variable}:", "写回 {variable}："],

  workingForm: ["What to fill in, in Dify", "在 Dify 中填写的内容"],

  stateWaiting: ["waiting", "等待"],
  stateRunning: ["running", "进行中"],
  statePass: ["passed", "通过"],
  stateWarn: ["works, with a limitation", "可用但有限制"],
  stateFail: ["failed", "失败"],
  stateUnsupported: ["not supported", "不支持"],
  stateTimeout: ["timed out", "超时"],
  stateSkip: ["skipped", "跳过"],
} as const satisfies Table;

export const STAGES_IN_CHINESE: Readonly<Record<StageId, string>> = {
  url: "理解地址",
  network: "域名、连接、证书",
  http: "HTTP 应答",
  auth: "密钥",
  models: "模型列表",
  stream: "对话（流式）",
  chat: "对话（整体）",
  tools: "工具调用",
  parameters: "参数",
  structured: "JSON 输出",
  reasoning: "思考",
  files: "图片、音频、视频、文档",
  context: "长问题",
  errors: "错误说明",
  embeddings: "文本嵌入",
  rerank: "重排序",
  speech2text: "语音转文字",
  tts: "文字转语音",
  moderation: "内容审核",
  stress: "并发",
};
