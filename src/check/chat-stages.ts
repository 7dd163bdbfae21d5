/** What apps ask of a language model besides an answer; nothing of it keeps Dify from saving the form. */
import { readChat, tokensPerSecond } from "./chat-evidence.ts";
import { tryFiles } from "./files-stage.ts";
import { withoutThoughts, type Lab } from "./lab.ts";
import { tryParameters } from "./parameters-stage.ts";
import { endpointErrorIn, shortcoming } from "./problem.ts";
import { words } from "./samples.ts";
import type { StageDraft } from "./stage-draft.ts";
import type { StageId } from "./stages.ts";
import { tryStructured } from "./structured-stage.ts";
import { tryTools } from "./tools-stage.ts";
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
  const hint = "Nothing in the form changes that; see whether the server can be started with usage reports.";
  draft.problem("warn", shortcoming(cause, { hint, limitation: "Tokens and costs in Dify are estimates." }));
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
  lab.tell(draft, asked, limitation);
}

const NO_MODEL = "no-such-model-by-this-name";

async function tryError(lab: Lab, draft: StageDraft): Promise<void> {
  const asked = await lab.chat(draft, {
    model: NO_MODEL,
    form: { endpoint_model_name: NO_MODEL },
    parameters: { max_tokens: 16 },
  });
  if (asked.value) {
    draft.pass("any model's name is answered: a mistyped one is not noticed");
    return;
  }
  const error = endpointErrorIn(asked.failure);
  draft.prove({ kind: error?.kind, status: error?.facts.status, words: error?.facts.words });
  if (error?.kind === "server-error" || error?.kind === "web-page" || error?.facts.words === "") {
    const cause = "The server's error does not tell that the model is unknown.";
    const hint = "When a call fails in Dify, look into the server's own log.";
    const limitation = "When something is wrong, Dify cannot say what.";
    draft.problem("warn", { ...lab.problem(asked, limitation), cause, hint });
    return;
  }
  draft.pass(`${error?.facts.status ?? "no status"}: ${draft.quote(error?.facts.words ?? "")}`);
}
