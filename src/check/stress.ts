/** How a server behaves under several streams at once, and after one that nobody reads any more. */
import { readRetryAfter } from "../endpoint/retry.ts";
import { into, type Lab } from "./lab.ts";
import { observe } from "./observe.ts";
import { shortcoming } from "./problem.ts";
import type { StageDraft } from "./stage-draft.ts";

const STREAMS = 4;
const LONG_ANSWER = { text: "Write the numbers from 1 to 40 as words.", parameters: { max_tokens: 80 } };

export async function tryStress(lab: Lab, draft: StageDraft): Promise<void> {
  const all = await Promise.all(Array.from({ length: STREAMS }, () => lab.chat(draft, LONG_ANSWER)));
  const failed = all.filter(({ value }) => !value);
  const slowest = Math.max(...all.map(({ took }) => took));
  const limited = all.flatMap(({ wire }) => wire).filter(({ status }) => status === 429);
  const waits = limited.map(({ answerHeaders }) => readRetryAfter(answerHeaders, Date.now()));
  draft.prove({ streams: STREAMS, failed: failed.length, slowest, rateLimited: limited.length });
  draft.prove({ retryAfter: waits.find((wait) => wait !== undefined) });
  const [first] = failed;
  if (first) {
    const limitation = `Of ${STREAMS} questions at once, ${failed.length} failed.`;
    lab.tell(draft, first, limitation, limitation);
  } else if (limited.length > 0) {
    const cause = `With ${STREAMS} questions at once, the server limits the rate.`;
    const hint = "Several keys in the form take turns.";
    const limitation = "Busy apps will wait.";
    draft.problem("warn", shortcoming(cause, { field: "api_key", hint, limitation }), { wire: limited });
  }
  await tryCancel(lab, draft);
  draft.pass(`${STREAMS} streams at once, the slowest in ${Math.ceil(slowest)} ms`);
}

/** Leaves in the middle of an answer, as an app that stops does, and asks again. */
async function tryCancel(lab: Lab, draft: StageDraft): Promise<void> {
  const request = lab.request("invoke_llm", {
    prompt_messages: [{ role: "user", content: LONG_ANSWER.text }],
    model_parameters: LONG_ANSWER.parameters,
    stream: true,
  });
  const { models, limits } = lab.options;
  const left = await observe(limits, (context) => {
    const leave = new AbortController();
    const signal = AbortSignal.any([context.signal, leave.signal]);
    const sink = into([], () => leave.abort());
    return models.llm.invoke(request, sink, { ...context, signal }).catch(() => undefined);
  });
  draft.spent(left);
  const after = await lab.chat(draft, { parameters: { max_tokens: 16 } });
  if (!after.value) {
    const limitation = "Once a person stops an answer, the next question fails.";
    lab.tell(draft, after, limitation, limitation);
  }
}
