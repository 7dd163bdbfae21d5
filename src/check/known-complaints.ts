/** What people see that no server said: words of Dify, of its plugin daemon, of another plugin and of gateways. */
import type { StageId } from "./stages.ts";

export interface KnownComplaint {
  readonly words: RegExp;
  readonly cause: string;
  readonly hint: string;
  /** The form field to change. */
  readonly field?: string;
  /** The stages of a check that show it; none where no server is at fault. */
  readonly stages: readonly StageId[];
}

const PYTHON_READ = "The plugin that says so (in Python) could not read the server's answer.";

/** The first that fits counts. */
export const KNOWN_COMPLAINTS: readonly KnownComplaint[] = [
  {
    words: /Non-JSON encountered/i,
    cause: "The official plugin could not read the server's stream.",
    hint: "This plugin reads streams whatever ends their lines; the check tells what is odd in this one.",
    stages: ["stream"],
  },
  {
    words: /killed by timeout/i,
    cause: "Dify's plugin daemon ended the call, because it took too long.",
    hint: 'Raise PLUGIN_MAX_EXECUTION_TIMEOUT of the plugin daemon, and keep "Request timeout" below it.',
    field: "request_timeout",
    stages: ["stream", "context"],
  },
  {
    words: /thought_?signature/i,
    cause: "The server wants back what it signed its tool calls with.",
    hint: "The official plugin loses that; this one sends it back by itself.",
    stages: ["tools"],
  },
  {
    words: /reasoning_content[^]{0,60}(?:must be passed back|required|missing)/i,
    cause: "The server wants back what the model thought before its tool calls.",
    hint: 'This plugin sends it back where servers are known to want it; for others set "Earlier thoughts" to Send back with every tool call.',
    field: "reasoning_replay",
    stages: ["tools", "reasoning"],
  },
  {
    words: /tools\[\d+\]\.(?:function\.)?name[^]{0,60}pattern/i,
    cause: "The server does not take the tool's name as it is.",
    hint: "This plugin sends names that every server takes, and tells Dify the tool's own; with the official one, rename the tool.",
    stages: ["tools"],
  },
  {
    words: /openaipublic\.blob\.core|vocab\.bpe|tiktoken/i,
    cause: "The plugin that says so wanted to download a tokenizer, and has no internet.",
    hint: "This plugin brings its own and downloads nothing.",
    stages: [],
  },
  {
    words: /Field validation for 'Voice'|'Voice' failed on the 'required'/i,
    cause: "Dify asked for speech without a voice.",
    hint: 'Put voices the server has into "Voices", and choose one in the app.',
    field: "voices",
    stages: ["tts"],
  },
  {
    words: /invalid literal for int\(\)|model schema not found|ModelSchemaResponse/i,
    cause: "The form holds a value its plugin cannot read, so that the model's abilities are not known.",
    hint: 'Look at the numbers in the form first, such as "Context size"; this plugin takes 128000, 128,000 and 128k, and refuses what makes no sense on save.',
    field: "context_size",
    stages: ["url"],
  },
  {
    words: /has a bad signature|plugin verification has been enabled/i,
    cause: "The plugin daemon refuses packages without a signature it knows.",
    hint: "Set FORCE_VERIFYING_SIGNATURE=false for the plugin daemon, or install a signed package and give the daemon its public key.",
    stages: [],
  },
  {
    words: /can't start new thread/i,
    cause: "The plugin daemon's machine ran out of threads.",
    hint: 'The official plugin takes one for every text it embeds; this one takes none. "Texts per request" makes fewer requests.',
    field: "max_chunks",
    stages: ["embeddings"],
  },
  {
    words: /upstream connect error|no healthy upstream|disconnect\/reset before headers/i,
    cause: "A gateway in front of the server cannot reach it.",
    hint: "See whether the server behind the gateway runs; the gateway's log says more.",
    stages: ["network", "http"],
  },
  {
    words:
      /(?:'(?:list|str|dict|NoneType)' object (?:has no attribute|is not subscriptable)|list index out of range|KeyError: ')/i,
    cause: PYTHON_READ,
    hint: "The check tells what is odd in the answer: this plugin names the part that is missing.",
    stages: ["stream", "chat", "tools", "embeddings", "rerank"],
  },
];
