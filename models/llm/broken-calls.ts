/** Tool calls no app could use: told as what they are, for the app would stumble over them unawares. */
import { DifyError } from "../../src/dify/errors.ts";
import { parseJson } from "../../src/endpoint/parse-json.ts";
import type { AnswerWriter } from "./answer-writer.ts";
import { isObject } from "./tool-calls.ts";

/** @throws DifyError InvokeBadRequestError */
export function refuseBrokenCalls(answer: AnswerWriter): void {
  const broken = answer.toolCalls().find(({ function: call }) => !isObject(parseJson(call.arguments)));
  if (broken) {
    const { name, arguments: args } = broken.function;
    throw refusal(`The model's call of the tool "${name}" is broken: ${whyBroken(args, answer)}.`);
  }
  if (answer.calls.hasNameless) {
    throw refusal("The model's call of a tool is broken: it has arguments, but does not name the tool.");
  }
}

function whyBroken(args: string, { finishReason }: AnswerWriter): string {
  if (finishReason === "length") return "the limit of max tokens cut it: raise Max tokens in the app";
  // llama-cpp-python gives `tool_calls` as the reason of its end even then.
  if (isUnfinished(args)) return "it ends midway, as if a limit cut it: raise Max tokens in the app";
  return "its arguments are no JSON object";
}

/** Whether a JSON text lacks its end. */
function isUnfinished(json: string): boolean {
  let depth = 0;
  let quoted = false;
  for (const [token] of json.matchAll(/\\[^]|["{}[\]]/g)) {
    if (token === '"') quoted = !quoted;
    else if (!quoted && "{[".includes(token)) depth += 1;
    else if (!quoted && "}]".includes(token)) depth -= 1;
  }
  return quoted || depth > 0;
}

function refusal(message: string): DifyError {
  return new DifyError("InvokeBadRequestError", message);
}
