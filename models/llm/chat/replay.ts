/**
 * What the model thought before it called tools, sent back with the calls.
 *
 * DeepSeek and Moonshot refuse a turn without it, others think worse. Groq, Mistral and others refuse a
 * message with a field they do not know. So it goes
 * - under the name it came by, when the turn still says so (`opaque_body`);
 * - as `reasoning_content` to hosts known to want it under this name, and where only the turn's text tells
 *   it, to models known to want it: not every app keeps `opaque_body`, and the block Dify shows is the same;
 * - within the content to MiniMax, whose models want their tags back;
 * - not at all otherwise, and never to hosts known to refuse it.
 *
 * The form may say *always*: then any host gets them, or *never*: then none gets thoughts or signatures.
 * A refused field is left out at the next try. Final answers go without their thoughts: no server wants
 * these.
 */
import type { PromptMessage } from "../../../src/dify/messages.ts";
import type { Settings } from "../../../provider/settings.ts";
import { readEcho, type Echo } from "../echo.ts";
import { splitThoughts } from "../prompt-text.ts";
import { isOneOf, serverName, type ServerName } from "../../../provider/server-name.ts";
import { record } from "../wire-values.ts";

/** How thoughts go back to a server. */
export interface Replay {
  readonly thoughts: "reasoning_content" | "always" | "in the content" | "as they came" | "never";
  /** Signatures, with the calls they came with; an earlier turn may be another server's. */
  readonly signatures: boolean;
  /** Gemini 3 refuses calls without a signature; this one it lets pass. */
  readonly standInSignature: boolean;
}

const NO_REPLAY: Replay = { thoughts: "never", signatures: false, standInSignature: false };

const WANTING_HOSTS = [
  "api.deepseek.com",
  "api.moonshot.ai",
  "api.moonshot.cn",
  "aliyuncs.com",
  "api.siliconflow.cn",
  "api.siliconflow.com",
  "open.bigmodel.cn",
  "api.z.ai",
  "volces.com",
];
const WANTING_MODELS = /deepseek-(?:v3\.[2-9]|v[4-9]|reasoner|chat)|kimi|glm-(?:4\.[5-9]|[5-9])|qwen3/i;
const REFUSING_HOSTS = [
  "api.groq.com",
  "api.mistral.ai",
  "api.openai.com",
  "azure.com",
  "api.anthropic.com",
  "generativelanguage.googleapis.com",
];
const IN_CONTENT = /minimax-m/i;
const GOOGLE = ["generativelanguage.googleapis.com"];

export function replayFor({ endpoint_url, reasoning_replay }: Settings, model: string): Replay {
  if (reasoning_replay === "never") return NO_REPLAY;
  const server = serverName(endpoint_url);
  const isGoogle = isOneOf(server, GOOGLE);
  return {
    thoughts: thoughtsFor(server, model, reasoning_replay === "always"),
    signatures: isGoogle || reasoning_replay === "always" || !isOneOf(server, REFUSING_HOSTS),
    standInSignature: isGoogle && /gemini-[3-9]/i.test(model),
  };
}

function thoughtsFor(server: ServerName, model: string, always: boolean): Replay["thoughts"] {
  if (!always && isOneOf(server, REFUSING_HOSTS)) return "never";
  if (IN_CONTENT.test(model)) return "in the content";
  if (isOneOf(server, WANTING_HOSTS)) return "reasoning_content";
  return always || WANTING_MODELS.test(model) ? "always" : "as they came";
}

/** An assistant's turn that calls tools, as the server sent it. */
export function callingTurn({ content, opaque_body, tool_calls }: PromptMessage, replay: Replay) {
  const { thought, answer } = splitThoughts(content);
  const echo = readEcho(opaque_body);
  const said = echo.reasoning_content ?? echo.reasoning ?? echo.thought ?? thought;
  const entries = echo.reasoning_details ?? echo.thinking_blocks;
  const inContent = replay.thoughts === "in the content" && !entries && said !== "";
  return {
    role: "assistant" as const,
    content: (inContent ? `<think>\n${said}\n</think>\n\n${answer}` : answer) || null,
    ...(!inContent && thoughtFields(echo, said, replay)),
    tool_calls: tool_calls.map(({ id, function: call }, position) => ({
      id,
      type: "function" as const,
      function: call,
      ...signature(echo, id, position, replay),
    })),
  };
}

function thoughtFields(echo: Echo, said: string, { thoughts }: Replay) {
  if (thoughts === "never") return {};
  const { reasoning_details, thinking_blocks, reasoning_content, reasoning } = echo;
  if (reasoning_details) return { reasoning_details };
  if (thinking_blocks) return { thinking_blocks };
  if (reasoning_content) return { reasoning_content };
  // Ollama knows this name only.
  if (reasoning && thoughts !== "reasoning_content") return { reasoning };
  return thoughts === "as they came" || said === "" ? {} : { reasoning_content: said };
}

/** Of calls made at once, Gemini signs the first. */
function signature(
  { tool_calls_extra }: Echo,
  id: string,
  position: number,
  { signatures, standInSignature }: Replay,
) {
  if (!signatures) return {};
  const extra = tool_calls_extra?.[id];
  if (extra !== undefined) return { extra_content: record(extra) };
  const signed = Object.keys(tool_calls_extra ?? {}).length > 0;
  return standInSignature && position === 0 && !signed
    ? { extra_content: { google: { thought_signature: "skip_thought_signature_validator" } } }
    : {};
}
