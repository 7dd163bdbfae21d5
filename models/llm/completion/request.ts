/** From a call of Dify's to the body of a completion request. */
import type OpenAI from "openai";
import { readParameters } from "../../../src/dify/parameters.ts";
import type { RequestOf } from "../../../src/dify/requests.ts";
import type { Settings } from "../../../provider/settings.ts";
import { parameterRules, readExtraBody, sampling, streaming, user } from "../parameters.ts";
import { plainText } from "../prompt-text.ts";

export function completionRequest(
  request: RequestOf<"invoke_llm">,
  model: string,
  settings: Settings,
): OpenAI.CompletionCreateParams {
  const { extra_body, ...parameters } = readParameters(parameterRules(settings), request.model_parameters);
  return {
    model,
    prompt: request.prompt_messages.map(({ content }) => plainText(content)).join("\n"),
    ...sampling(parameters, model, settings),
    ...(request.stop.length > 0 && { stop: request.stop }),
    ...streaming(request, settings),
    ...user(request, settings),
    ...readExtraBody(extra_body),
  };
}
