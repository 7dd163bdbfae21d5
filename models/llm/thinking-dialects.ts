/** How servers are told to think: one row for a host, and one rule for all others. */
import { isOneOf, type ServerName } from "../../provider/server-name.ts";

/** What the app set; undefined where it set nothing. */
export interface Wish {
  readonly on: boolean | undefined;
  /** Absent when thinking is off, but for a `none` the app chose itself. */
  readonly effort: string | undefined;
  readonly budget: number | undefined;
}

export interface Dialect {
  /** Whether a budget of tokens can be said in it. */
  readonly budget: boolean;
  write(wish: Wish, model: string): object;
}

/** Efforts that stand for on and off. */
interface Levels {
  readonly on: string;
  readonly off: string;
}

/** Models that know neither `none` nor the host's own words; the first match counts. */
const MODEL_LEVELS: readonly (Partial<Levels> & { readonly models: RegExp })[] = [
  // OpenAI's o1, o3, o4 and its open models always think.
  { models: /(?:^|[/.])o\d|gpt-oss/i, on: "medium", off: "low" },
  // gpt-5 itself knows `minimal`, its successors (gpt-5.1) `none`.
  { models: /gpt-5(?![.\d])/i, off: "minimal" },
  // Gemini: "Budget 0 is invalid. This model only works in thinking mode."
  { models: /gemini-(?:2\.5|[3-9][\d.]*)-pro/i, off: "low" },
  { models: /gemini-[3-9]/i, off: "minimal" },
  { models: /grok-3-mini/i, on: "high", off: "low" },
];

/** OpenAI's own word. */
export function effort(host: Partial<Levels> = {}): Dialect {
  return {
    budget: false,
    write({ on, effort: chosen }, model) {
      const levels = { on: "medium", off: "none", ...host, ...levelsOf(model) };
      const level = chosen ?? (on === undefined ? undefined : levels[on ? "on" : "off"]);
      return level === undefined ? {} : { reasoning_effort: level };
    },
  };
}

function levelsOf(model: string): Partial<Levels> {
  const { on, off } = MODEL_LEVELS.find(({ models }) => models.test(model)) ?? {};
  return { ...(on !== undefined && { on }), ...(off !== undefined && { off }) };
}

/** Alibaba's, which knows no effort: to ask for one is to ask for thoughts. */
const qwen: Dialect = {
  budget: true,
  write: ({ on, effort: chosen, budget }) => ({
    ...((on !== undefined || chosen !== undefined) && { enable_thinking: on ?? true }),
    ...(budget !== undefined && { thinking_budget: budget }),
  }),
};

/** `thinking: {type}`; some take an effort besides. */
function thinkingObject(takesEffort: boolean): Dialect {
  return {
    budget: false,
    write({ on, effort: chosen }) {
      const asked = on ?? (chosen !== undefined && !takesEffort ? true : undefined);
      return {
        ...(asked !== undefined && { thinking: { type: asked ? "enabled" : "disabled" } }),
        ...(takesEffort && on !== false && chosen !== undefined && { reasoning_effort: chosen }),
      };
    },
  };
}

/** One object; effort and budget exclude each other, and the budget says more. */
const openRouter: Dialect = {
  budget: true,
  write({ on, effort: chosen, budget }) {
    if (on === false) return { reasoning: { enabled: false } };
    if (budget !== undefined) return { reasoning: { max_tokens: budget } };
    return { reasoning: chosen === undefined ? { enabled: true } : { effort: chosen } };
  },
};

/** Effort, or a budget in Google's own words: Gemini refuses both together. `extra_body` is on the wire. */
const gemini: Dialect = {
  budget: true,
  write: (wish, model) =>
    wish.budget === undefined
      ? effort().write(wish, model)
      : { extra_body: { google: { thinking_config: { thinking_budget: wish.budget } } } },
};

const CLAUDE_WITH_BUDGET = /claude-(?:3|\w+-4(?:-[0-5])?(?:-\d{8})?$)/i;
const CLAUDE_BUDGETS: Readonly<Record<string, number>> = { minimal: 1024, low: 1024, medium: 4096 };

/** Up to Claude 4.5 a budget is demanded, from 1024 to below `max_tokens`; later ones take none. */
const anthropic: Dialect = {
  budget: true,
  write({ on, effort: chosen, budget }, model) {
    if (on === false) return { thinking: { type: "disabled" } };
    if (!CLAUDE_WITH_BUDGET.test(model)) return { thinking: { type: "adaptive" } };
    const tokens = budget ?? (chosen === undefined ? 1024 : (CLAUDE_BUDGETS[chosen] ?? 16_384));
    return { thinking: { type: "enabled", budget_tokens: tokens } };
  },
};

/** Templates of these models call the switch `thinking`. */
const OTHER_SWITCH = /deepseek|granite|kimi/i;

/**
 * For vLLM, SGLang, llama.cpp: arguments of the model's chat template, which ignores what it does not
 * know. The effort goes beside them: all three hand it on to the template, and gpt-oss reads it there only.
 */
const template: Dialect = {
  budget: true,
  write({ on, effort: chosen, budget }, model) {
    const args = {
      ...(on !== undefined && { enable_thinking: on, ...(OTHER_SWITCH.test(model) && { thinking: on }) }),
      ...(budget !== undefined && { thinking_budget: budget }),
    };
    return {
      ...(Object.keys(args).length > 0 && { chat_template_kwargs: args }),
      // A `none`, too: the model's name may be an alias for one behind a gateway, which reads nothing else.
      ...(chosen !== undefined && { reasoning_effort: chosen }),
    };
  },
};

const HOSTS: readonly { readonly hosts: readonly string[]; readonly dialect: Dialect }[] = [
  {
    hosts: [
      "api.openai.com",
      "azure.com",
      "azure.us",
      "azure.cn",
      "ollama.com",
      "api.cerebras.ai",
      "api.fireworks.ai",
      "api.deepinfra.com",
    ],
    dialect: effort(),
  },
  // Groq's Qwen knows `none` and `default`.
  { hosts: ["api.groq.com"], dialect: effort({ on: "default" }) },
  { hosts: ["api.mistral.ai", "api.x.ai"], dialect: effort({ on: "high" }) },
  {
    hosts: [
      "aliyuncs.com",
      "api.siliconflow.cn",
      "api.siliconflow.com",
      "api-inference.modelscope.cn",
      "qianfan.baidubce.com",
    ],
    dialect: qwen,
  },
  // DeepSeek, Volcengine's Ark, Zhipu
  {
    hosts: ["api.deepseek.com", "volces.com", "bytepluses.com", "open.bigmodel.cn", "api.z.ai"],
    dialect: thinkingObject(true),
  },
  { hosts: ["api.moonshot.cn", "api.moonshot.ai"], dialect: thinkingObject(false) },
  { hosts: ["openrouter.ai", "ai-gateway.vercel.sh"], dialect: openRouter },
  { hosts: ["generativelanguage.googleapis.com"], dialect: gemini },
  { hosts: ["api.anthropic.com"], dialect: anthropic },
];

/** Ollama's port. Its templates are its own and take no arguments. */
const OLLAMA_PORT = "11434";

/** Behind an unknown host these come through a gateway, or are gpt-oss: OpenAI's own word reaches them. */
const EFFORT_MODELS = /(?:^|[/.:])(?:o[1-9](?:-|$)|gpt-(?:\d|oss)|gemini|claude|grok)/i;

export function dialectFor(server: ServerName, model: string): Dialect {
  const known = HOSTS.find(({ hosts }) => isOneOf(server, hosts));
  if (known) return known.dialect;
  return server.port === OLLAMA_PORT || EFFORT_MODELS.test(model) ? effort() : template;
}
