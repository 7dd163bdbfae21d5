/** Whether a question calls for one of the tools offered with it, and which. */
import { ApiError } from "./api-error.ts";
import type { ChatTool, ToolChoice } from "./chat-request.ts";
import { wordsOf } from "./demo-tokens.ts";

/** Words that say nothing of what a tool is for, so that not every question with a "the" calls one. */
const emptyWords = new Set(
  "the and for you your are was were will with from that this what which who how when where can could would should not but has have had its into about any all".split(
    " ",
  ),
);

/** The tool that shares most words with the question; of equals the first. */
export function pickTool(
  tools: readonly ChatTool[],
  choice: ToolChoice,
  question: string,
): ChatTool | undefined {
  if (typeof choice === "object") return namedTool(tools, choice.function.name);
  if (choice === "none") return undefined;
  if (choice === "required" && tools.length === 0) {
    throw new ApiError(400, "'tool_choice' is 'required', but there are no tools.", { param: "tool_choice" });
  }
  const asked = tellingWords(question);
  const ranked = tools
    .map((tool) => ({ tool, shared: [...toolWords(tool)].filter((word) => asked.has(word)).length }))
    .toSorted((left, right) => right.shared - left.shared);
  const [best] = ranked;
  return best && (best.shared > 0 || choice === "required") ? best.tool : undefined;
}

function namedTool(tools: readonly ChatTool[], name: string): ChatTool {
  const tool = tools.find((each) => each.name === name);
  if (tool) return tool;
  throw new ApiError(400, `Tool choice '${name}' is not among the tools.`, { param: "tool_choice" });
}

/** `getWeather` and `get_weather` both hold "weather". */
function toolWords({ name, description }: ChatTool): Set<string> {
  const apart = name.replaceAll(/(?<=[a-z])(?=[A-Z])|[_-]/g, " ");
  return tellingWords(`${apart} ${description ?? ""}`);
}

function tellingWords(text: string): Set<string> {
  return new Set(wordsOf(text).filter((word) => Array.from(word).length >= 3 && !emptyWords.has(word)));
}
