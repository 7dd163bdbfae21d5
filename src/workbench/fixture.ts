/** A call as a row for the plugin's tests: what Dify asked, what the server answered, what Dify got. */
import type { LlmChunk, RerankResult, SpeechChunk } from "../dify/replies.ts";
import { recordCall } from "../check/record.ts";
import type { CallRecord } from "./call-record.ts";
import type { Fixture } from "./contract.ts";
import { formOf } from "./subject.ts";

/** The call cannot be told as a row; the message says why. */
export class NoFixture extends Error {
  override readonly name = "NoFixture";
}

/** @throws NoFixture */
export function fixtureOf(record: CallRecord): Fixture {
  const { stored, data, exchanges, outcome, failure, pieces } = record;
  // Others ask for what the server offers, such as its voices.
  const asked = exchanges.filter(({ exchange }) => exchange.method === "POST");
  const last = asked.at(-1);
  if (outcome === undefined) throw new NoFixture("The call has not ended yet.");
  if (outcome === "cancelled")
    throw new NoFixture("The call was cancelled: what Dify would have got is not known.");
  if (record.kept.forgotten > 0) throw new NoFixture("The call is too large to be kept whole.");
  if (!last) throw new NoFixture("No request was sent.");
  if (last.exchange.status === undefined || !last.isComplete)
    throw new NoFixture("The answer did not come to its end, which a row cannot tell.");
  const good = asked.filter(({ exchange }) => exchange.status === 200);
  if (good.length > 1) throw new NoFixture("The server gave several answers, and a row holds one.");
  const { status } = last.exchange;
  const row = recordCall(
    {
      name: `${data.action.replace("invoke_", "")}, ${failure?.type ?? `status ${status}`}`,
      model: stored.model,
      form: formOf(stored),
      data,
      ...(failure
        ? { error: { type: failure.type, message: status >= 400 ? [String(status)] : [] } }
        : { reply: replyOf(data.action, pieces) }),
    },
    last.exchange,
    asked.length === 1,
  );
  return { file: `${stored.type}.json`, text: `${JSON.stringify(row, null, 2)}\n` };
}

/** What a reader of the whole answer sees, as the tests' `summary` has it; without what no two runs share. */
function replyOf(action: string, pieces: readonly unknown[]): Record<string, unknown> {
  switch (action) {
    case "invoke_llm": {
      const deltas = (pieces as LlmChunk[]).map(({ delta }) => delta);
      const calls = deltas.flatMap(({ message }) => message.tool_calls.map(({ function: call }) => call));
      return {
        text: deltas.map(({ message }) => message.content as string).join(""),
        calls,
        finish: deltas.at(-1)?.finish_reason,
      };
    }
    case "invoke_tts": {
      const audio = pieces as SpeechChunk[];
      return { hex: audio.map(({ result }) => result).join(""), mime_type: audio[0]?.mime_type };
    }
    case "invoke_rerank":
      return { docs: (pieces[0] as RerankResult).docs };
    case "invoke_text_embedding":
      return { embeddings: (pieces[0] as { embeddings: unknown }).embeddings };
    default:
      return { result: (pieces[0] as { result: unknown }).result };
  }
}
