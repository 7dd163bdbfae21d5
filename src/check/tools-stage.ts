/** Whether a model calls tools, one and two at once, and takes what they returned. */
import { readChat } from "./chat-evidence.ts";
import { withoutThoughts, type ChatAnswer, type Lab } from "./lab.ts";
import { shortcoming } from "./problem.ts";
import { TOOLS } from "./samples.ts";
import type { StageDraft } from "./stage-draft.ts";

const CLOCK = [
  { id: "call_1", type: "function", function: { name: "get_time", arguments: '{"city":"Oslo"}' } },
];

export async function tryTools(lab: Lab, draft: StageDraft): Promise<void> {
  const probed = draft.wire.at(-1);
  const turn = await lab.chat(draft, {
    messages: [
      { role: "user", content: "What time is it in Oslo?" },
      { role: "assistant", content: "", tool_calls: CLOCK },
      { role: "tool", content: "12:34", tool_call_id: "call_1", name: "get_time" },
    ],
    tools: TOOLS,
    parameters: { max_tokens: 200 },
  });
  if (!turn.value) lab.tell(draft, turn, "Agent nodes cannot hand a tool's result to the model.");
  else draft.prove({ afterResult: withoutThoughts(turn.value.text) });
  const both = await lab.chat(draft, {
    text: "What time is it in Oslo, and what time is it in Lima? Call the tool for both at once.",
    tools: TOOLS,
    parameters: { max_tokens: 200 },
  });
  if (!both.value) lab.tell(draft, both, "Questions that take several tools may fail.");
  const parallel = both.value?.calls.length ?? 0;
  // The probe leaves a model few tokens: one that thinks first is cut before it calls.
  const called = (probed ? readChat(probed).toolCalls > 0 : false) || parallel > 0;
  draft.prove({ called, parallel });
  if (called) draft.pass(`called, ${parallel} at once when two were wanted`);
  else if (both.value) tellNoCall(draft, both.value);
}

function tellNoCall(draft: StageDraft, { finishReason }: ChatAnswer): void {
  const wasCut = finishReason === "length";
  const cause = wasCut
    ? "The model did not call the tool it was offered before it was cut at 200 tokens."
    : "The model answered in words instead of calling the tool it was offered.";
  const hint = wasCut
    ? 'Try it in an app with more max tokens; if it never calls one, set "Tool calling" to Off.'
    : 'Use a model made for tools, start the server with its tool parser, or set "Tool calling" to Off.';
  const limitation = "Agent nodes may not act.";
  draft.problem("warn", shortcoming(cause, { hint, limitation, field: "function_calling_type" }));
}
