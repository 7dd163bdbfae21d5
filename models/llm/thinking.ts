/**
 * Whether, how hard and how long a model thinks: what the app set, in the one dialect the server speaks.
 *
 * Nothing is sent that the app did not set, and no two dialects ever go together: strict servers refuse
 * the fields of others. A dialect is chosen by the host, and by the model's name where the host says
 * nothing.
 */
import type OpenAI from "openai";
import type { ParameterRule } from "../../src/dify/model-schema.ts";
import type { ParameterValues } from "../../src/dify/parameters.ts";
import { THINKING_FIELDS } from "../../src/endpoint/refusals.ts";
import type { Settings } from "../../provider/settings.ts";
import { serverName } from "../../provider/server-name.ts";
import { dialectFor, effort, type Wish } from "./thinking-dialects.ts";

/** What the app wishes, and the parameters that have nothing to do with it. */
export function readWish(values: ParameterValues): { wish: Wish | undefined; others: ParameterValues } {
  const { enable_thinking, reasoning_effort, thinking_budget, ...others } = values;
  const effortSet =
    reasoning_effort === undefined || reasoning_effort === "" ? undefined : `${reasoning_effort}`;
  const budget = thinking_budget === undefined ? undefined : Number(thinking_budget);
  if (enable_thinking === undefined && effortSet === undefined && budget === undefined) {
    return { wish: undefined, others };
  }
  // The switch wins over the effort, whose `none` is another name for off.
  const wish =
    enable_thinking === false || effortSet === "none"
      ? { on: false, effort: effortSet === "none" ? effortSet : undefined, budget: undefined }
      : { on: enable_thinking === true ? true : undefined, effort: effortSet, budget };
  return { wish, others };
}

/** The fields of a chat request. `extra`: what the app adds to the body by its own hand. */
export function thinkingFields(
  wish: Wish | undefined,
  model: string,
  settings: Settings,
  extra: object,
): object {
  if (!wish || isSpokenFor(settings, extra)) return {};
  return dialectFor(serverName(settings.endpoint_url), model).write(wish, model);
}

/** Claude's budget is a part of its max tokens, which Dify means for the answer: 1,024 would leave no room. */
export function withRoomToThink(values: ParameterValues, fields: { thinking?: { budget_tokens?: number } }) {
  const { max_tokens: limit } = values;
  const budget = fields.thinking?.budget_tokens ?? 0;
  return typeof limit === "number" && limit <= budget ? { ...values, max_tokens: budget + limit } : values;
}

/** The field of a request to the Responses API, which has a dialect of its own. */
export function responsesThinking(wish: Wish | undefined, model: string, settings: Settings, extra: object) {
  if (!wish || isSpokenFor(settings, extra)) return {};
  const { reasoning_effort: level } = effort().write(wish, model) as { reasoning_effort?: Effort };
  if (level === undefined) return {};
  // Without `summary` nothing of the thoughts is told.
  return { reasoning: { effort: level, ...(level !== "none" && { summary: "auto" as const }) } };
}

type Effort = OpenAI.ReasoningEffort;

/** Who names a field of any dialect in an extra body speaks for himself. */
function isSpokenFor({ extra_body }: Settings, extra: object): boolean {
  return THINKING_FIELDS.some((field) => field in extra || field in extra_body);
}

/** Rules to read by: servers know other efforts than those Dify lists, such as Groq's `default`. */
export function anyEffort(rules: readonly ParameterRule[]): ParameterRule[] {
  return rules.map((rule) => (rule.name === "reasoning_effort" ? { ...rule, options: [] } : rule));
}

/** The parameters an app is offered: all of them change the request. */
export function thinkingRules(settings: Settings): ParameterRule[] {
  if (settings.mode === "completion") return [];
  const { budget } = dialectFor(serverName(settings.endpoint_url), settings.endpoint_model_name);
  const offered = settings.mode === "chat" && budget ? RULES : RULES.filter((rule) => rule !== BUDGET);
  return settings.agent_thought_support === "always"
    ? offered.filter((rule) => rule !== SWITCH)
    : [...offered];
}

const SWITCH: ParameterRule = {
  name: "enable_thinking",
  label: { en_US: "Thinking", zh_Hans: "思考" },
  type: "boolean",
  required: false,
};

const BUDGET: ParameterRule = {
  name: "thinking_budget",
  label: { en_US: "Thinking budget (tokens)", zh_Hans: "思考预算（token）" },
  type: "int",
  required: false,
};

const RULES: readonly ParameterRule[] = [
  SWITCH,
  {
    name: "reasoning_effort",
    label: { en_US: "Reasoning effort", zh_Hans: "推理强度" },
    type: "string",
    required: false,
    // Dify draws nothing but a list. No model takes all of these, which is the server's to say.
    options: ["none", "minimal", "low", "medium", "high", "xhigh", "max"],
  },
  BUDGET,
];
