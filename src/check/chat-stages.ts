/** What apps ask of a language model besides an answer; nothing of it keeps Dify from saving the form. */
import { EndpointError } from "../endpoint/endpoint-error.ts";
import { parseJson } from "../endpoint/parse-json.ts";
import { readChat, tokensPerSecond } from "./chat-evidence.ts";
import { withoutThoughts, type ChatAnswer, type Lab } from "./lab.ts";
import type { Observation } from "./observe.ts";
import { endpointErrorIn, findingIn, shortcoming } from "./problem.ts";
import { CITY_SCHEMA, RED_SQUARE, TOOLS, words } from "./samples.ts";
import type { StageDraft } from "./stage-draft.ts";
import type { StageId } from "./stages.ts";
import type { Wire } from "./wire.ts";

export type Extra = (lab: Lab, draft: StageDraft, wire: Wire) => Promise<void> | void;

/** After the probes, in this order. `wire` is what all stages before exchanged. */
export const CHAT_STAGES: Partial<Record<StageId, Extra>> = {
  stream: tellStream,
  chat: tellWhole,
  tools: tryTools,
  parameters: tryParameters,
  structured: tryStructured,
  reasoning: tellThoughts,
  files: tryFiles,
  context: tryLongQuestion,
  errors: tryError,
};

/** Milliseconds in which nobody notices that an answer came in one piece. */
const UNNOTICED = 1_000;

function tellStream(_lab: Lab, draft: StageDraft): void {
  const last = draft.wire.at(-1);
  if (!last) return;
  const seen = readChat(last);
  const { events, reads, done, firstToken, took, usage, finishReason } = seen;
  draft.prove({
    events,
    reads,
    done,
    firstToken,
    took,
    finishReason,
    tokensPerSecond: tokensPerSecond(seen),
  });
  draft.prove({ promptTokens: usage?.prompt, completionTokens: usage?.completion });
  if (events > 3 && reads === 1 && took > UNNOTICED) {
    const cause = "The stream arrives in one piece at its end.";
    const hint = "A proxy in front of the server may collect it: turn its buffering off.";
    const limitation = "Answers appear all at once, at their end.";
    draft.problem("warn", shortcoming(cause, { hint, limitation }));
  }
  if (!usage) tellMissingUsage(draft, "stream");
  draft.pass(
    [
      firstToken === undefined ? "" : `first token after ${Math.ceil(firstToken)} ms`,
      `${events} events in ${reads} ${reads === 1 ? "read" : "reads"}`,
      done ? "" : "no [DONE]",
    ]
      .filter(Boolean)
      .join(", "),
  );
}

function tellMissingUsage(draft: StageDraft, what: string): void {
  const cause = `The server reports no usage with ${what === "stream" ? "a stream" : "an answer"}.`;
  draft.problem("warn", shortcoming(cause, { limitation: "Tokens and costs in Dify are estimates." }));
}

function tellWhole(_lab: Lab, draft: StageDraft): void {
  const last = draft.wire.at(-1);
  if (!last) return;
  const { text, took, usage, finishReason, thoughts } = readChat(last);
  draft.prove({ took, finishReason, thoughts, answer: text });
  draft.prove({ promptTokens: usage?.prompt, completionTokens: usage?.completion });
  if (!usage) tellMissingUsage(draft, "answer");
  draft.pass(`${Math.ceil(took)} ms, finish reason ${finishReason ?? "none"}`);
}

const CLOCK = [
  { id: "call_1", type: "function", function: { name: "get_time", arguments: '{"city":"Oslo"}' } },
];

async function tryTools(lab: Lab, draft: StageDraft): Promise<void> {
  const last = draft.wire.at(-1);
  const called = last ? readChat(last).toolCalls > 0 : false;
  draft.prove({ called });
  if (!called) {
    const cause = "The model answered in words instead of calling the tool it was offered.";
    const hint = "Use a model made for tools, or start the server with its tool parser.";
    draft.problem("warn", shortcoming(cause, { hint, limitation: "Agent nodes may not act." }));
  }
  const turn = await lab.chat(draft, {
    messages: [
      { role: "user", content: "What time is it in Oslo?" },
      { role: "assistant", content: "", tool_calls: CLOCK },
      { role: "tool", content: "12:34", tool_call_id: "call_1", name: "get_time" },
    ],
    tools: TOOLS,
    parameters: { max_tokens: 200 },
  });
  if (!turn.value) {
    draft.problem("warn", lab.problem(turn, "Agent nodes cannot hand a tool's result to the model."));
  } else draft.prove({ afterResult: withoutThoughts(turn.value.text) });
  const both = await lab.chat(draft, {
    text: "What time is it in Oslo, and what time is it in Lima? Call the tool for both at once.",
    tools: TOOLS,
    parameters: { max_tokens: 200 },
  });
  if (!both.value) draft.problem("warn", lab.problem(both, "Questions that take several tools may fail."));
  draft.prove({ parallel: both.value?.calls.length });
  if (called) draft.pass(`called, ${both.value?.calls.length ?? 0} at once when two were wanted`);
}

const PARAMETERS = {
  temperature: 0.2,
  top_p: 0.9,
  presence_penalty: 0.1,
  frequency_penalty: 0.1,
  seed: 7,
  max_tokens: 64,
};

async function tryParameters(lab: Lab, draft: StageDraft): Promise<void> {
  const messages = [
    { role: "system", content: "You do exactly as told." },
    { role: "user", content: "Repeat exactly: 1 2 3 4 5 6 7 8 9" },
  ];
  const asked = await lab.chat(draft, { messages, parameters: PARAMETERS, stop: ["6"] });
  const { value } = asked;
  if (!value) {
    draft.problem(
      "warn",
      lab.problem(asked, "Apps that set parameters, stop words or a system prompt fail."),
    );
    return;
  }
  const sent = new Set(Object.keys((parseJson(String(asked.wire.at(-1)?.body)) as object | undefined) ?? {}));
  const dropped = Object.keys(PARAMETERS).filter((name) => name !== "max_tokens" && !sent.has(name));
  const refused = lab.settings.mode === "responses" ? [] : dropped;
  if (refused.length > 0) {
    const cause = `The server refuses ${refused.join(", ")}; the plugin leaves that out.`;
    draft.problem(
      "warn",
      shortcoming(cause, { limitation: `In apps, ${refused.join(", ")} has no effect.` }),
    );
  }
  if (/6/.test(withoutThoughts(value.text))) {
    const limitation = "In apps, stop words have no effect.";
    draft.problem("warn", shortcoming("The answer goes on past a stop word.", { limitation }));
  }
  // The plugin ends the text by itself where the server does not.
  draft.prove({ serverStops: !/6/.test(value.wire?.text ?? "") });
  if (sent.has("max_completion_tokens")) draft.prove({ tokenLimit: "max_completion_tokens" });
  await tryLimit(lab, draft);
  draft.pass(`${Object.keys(PARAMETERS).length - refused.length} of ${Object.keys(PARAMETERS).length} taken`);
}

async function tryLimit(lab: Lab, draft: StageDraft): Promise<void> {
  const limited = await lab.chat(draft, {
    text: "Write the numbers from 1 to 200 as words.",
    parameters: { max_tokens: 32 },
    stream: false,
  });
  // A limit that is too small for it is no fault of the server's.
  if (!limited.value) return;
  const written = limited.value.wire?.usage?.completion;
  draft.prove({ limit: 32, written });
  if (written !== undefined && written > 64) {
    const cause = `The model wrote ${written} tokens though 32 were the limit.`;
    draft.problem("warn", shortcoming(cause, { limitation: "In apps, max tokens has no effect." }));
  }
}

const JSON_FORMATS: readonly { readonly name: string; readonly parameters: Record<string, unknown> }[] = [
  { name: "json_object", parameters: { response_format: "json_object" } },
  {
    name: "json_schema",
    parameters: { response_format: "json_schema", json_schema: JSON.stringify(CITY_SCHEMA) },
  },
];

async function tryStructured(lab: Lab, draft: StageDraft): Promise<void> {
  if (lab.settings.mode === "completion" || !lab.settings.structured_output_support) {
    draft.skip("the form leaves it out");
    return;
  }
  const good: string[] = [];
  for (const { name, parameters } of JSON_FORMATS) {
    // oxlint-disable-next-line no-await-in-loop
    const asked = await lab.chat(draft, {
      text: 'Answer with a JSON object that has the one field "city", for this text: I live in Oslo.',
      parameters: { ...parameters, max_tokens: 128 },
    });
    const verdict = jsonVerdict(asked);
    draft.prove({ [name]: verdict });
    if (!asked.value) {
      draft.problem("warn", lab.problem(asked, `Apps that ask for ${name} fail.`));
    } else if (verdict === "no JSON") {
      const cause = `With ${name}, the model did not answer in JSON.`;
      const limitation = "Structured output in apps may not be read.";
      draft.problem("warn", shortcoming(cause, { limitation }));
    } else good.push(name);
  }
  if (good.length > 0) draft.pass(good.join(", "));
}

function jsonVerdict({ value }: Observation<ChatAnswer>): string {
  if (!value) return "failed";
  const text = withoutThoughts(value.text).replace(/^```(?:json)?\s*|\s*```$/g, "");
  if (typeof parseJson(text) === "object") return "JSON";
  return value.finishReason === "length" ? "cut at the limit" : "no JSON";
}

async function tellThoughts(lab: Lab, draft: StageDraft, wire: Wire): Promise<void> {
  const seen = wire.filter(({ status = 0 }) => status < 300).map((one) => readChat(one).thoughts);
  const thoughts = seen.find((found) => found !== undefined);
  draft.prove({ thoughts: thoughts ?? "none" });
  if (thoughts === undefined) {
    draft.pass("none were sent");
    return;
  }
  // A thinking model may need many tokens before its first word.
  const asked = await lab.chat(draft, { text: "What is 2 + 2?", parameters: { max_tokens: 2_048 } });
  if (asked.value && withoutThoughts(asked.value.text) === "") {
    const cause = "Only thoughts came, and no answer.";
    const hint = "Raise max tokens in the app, or turn thinking off there.";
    draft.problem("warn", shortcoming(cause, { hint, limitation: "Answers may be empty." }));
  }
  draft.pass(`as ${thoughts}, shown in Dify before the answer`);
}

async function tryFiles(lab: Lab, draft: StageDraft): Promise<void> {
  const { vision_support, mode } = lab.settings;
  if (vision_support === false || mode === "completion") {
    draft.skip("the form leaves images out");
    return;
  }
  const image = { type: "image", base64_data: RED_SQUARE, mime_type: "image/png", format: "png" };
  const question = { type: "text", data: "Which colour is this? One word." };
  const asked = await lab.chat(draft, {
    messages: [{ role: "user", content: [question, image] }],
    parameters: { max_tokens: 32 },
  });
  if (asked.value) {
    const text = withoutThoughts(asked.value.text);
    draft.prove({ image: text });
    draft.pass(`an image was taken; the model says "${draft.quote(text)}"`);
    return;
  }
  const limitation = "Apps that show images to this model fail.";
  // Words alone were answered before: what is refused now is the image.
  const error = endpointErrorIn(asked.failure);
  const failure = error && new EndpointError(error.kind, { ...error.facts, withImages: true });
  const refused = findingIn(failure, lab.settings)?.id === "no-images";
  const problem = lab.problem({ wire: asked.wire, failure: failure ?? asked.failure }, limitation);
  draft.problem(refused ? "unsupported" : "warn", problem, refused ? "images are refused" : problem.cause);
}

/** Words of the long question: about this many tokens, and more than a small default context. */
const LONG = 3_000;

async function tryLongQuestion(lab: Lab, draft: StageDraft): Promise<void> {
  const { context_size = Infinity } = lab.settings;
  const count = Math.floor(Math.min(LONG, context_size / 2));
  const text = `${words(count)}\n\nAnswer with the one word: ok`;
  const asked = await lab.chat(draft, { text, parameters: { max_tokens: 16 } });
  draft.prove({ words: count, promptTokens: asked.value?.wire?.usage?.prompt });
  if (asked.value) {
    draft.pass(`${count} words were read in ${Math.ceil(asked.took)} ms`);
    return;
  }
  const limitation = `Prompts of ${count} words fail, and so do apps with long documents or conversations.`;
  draft.problem(asked.timedOut ? "timeout" : "warn", lab.problem(asked, limitation));
}

const NO_MODEL = "no-such-model-by-this-name";

async function tryError(lab: Lab, draft: StageDraft): Promise<void> {
  const asked = await lab.chat(draft, { model: NO_MODEL, form: { endpoint_model_name: NO_MODEL } });
  if (asked.value) {
    draft.pass("any model's name is answered: a mistyped one is not noticed");
    return;
  }
  const error = endpointErrorIn(asked.failure);
  draft.prove({ kind: error?.kind, status: error?.facts.status, words: error?.facts.words });
  if (error?.kind === "server-error" || error?.kind === "web-page" || error?.facts.words === "") {
    const cause = "The server's error does not tell that the model is unknown.";
    const limitation = "When something is wrong, Dify cannot say what.";
    draft.problem("warn", { ...lab.problem(asked, limitation), cause });
    return;
  }
  draft.pass(`${error?.facts.status ?? "no status"}: ${draft.quote(error?.facts.words ?? "")}`);
}
