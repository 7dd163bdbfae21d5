/** From a call of Dify's to the body of a completion request. */
import type OpenAI from "openai";
import { DifyError } from "../../../src/dify/errors.ts";
import { readParameters } from "../../../src/dify/parameters.ts";
import type { RequestOf } from "../../../src/dify/requests.ts";
import { fieldLabel } from "../../../provider/field-labels.ts";
import type { Settings } from "../../../provider/settings.ts";
import { parameterRules, sampling, streaming, user } from "../parameters.ts";
import { plainText } from "../prompt-text.ts";

export function completionRequest(
  request: RequestOf<"invoke_llm">,
  model: string,
  settings: Settings,
): OpenAI.CompletionCreateParams {
  refuseMore(request);
  const { extra_body: _, ...parameters } = readParameters(parameterRules(settings), request.model_parameters);
  return {
    model,
    prompt: request.prompt_messages.map(({ content }) => plainText(content)).join("\n"),
    ...sampling(parameters, model, settings),
    ...(request.stop.length > 0 && { stop: request.stop }),
    ...streaming(request, settings),
    ...user(request, settings),
  };
}

/** @throws DifyError InvokeBadRequestError: a text to complete has no place for tools, files and schemas */
function refuseMore({ tools, prompt_messages, json_schema }: RequestOf<"invoke_llm">): void {
  const files = prompt_messages.some(
    ({ content }) => typeof content !== "string" && content.some(({ type }) => type !== "text"),
  );
  const what = files ? "files" : tools.length > 0 ? "tools" : json_schema ? "a JSON schema" : undefined;
  if (what === undefined) return;
  throw new DifyError(
    "InvokeBadRequestError",
    `The app sends ${what}, which completion cannot take: set ${fieldLabel("mode")} to chat.`,
  );
}
