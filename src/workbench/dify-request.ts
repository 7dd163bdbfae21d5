/** A call as Dify asks for it. */
import type * as z from "zod";
import type { callRequest } from "./contract.ts";

export type Call = z.output<typeof callRequest>;

/** The action and its data, without the model and its form. */
export function difyRequest(call: Call): { action: string } & Record<string, unknown> {
  switch (call.type) {
    case "llm":
      return {
        action: "invoke_llm",
        prompt_messages: call.messages,
        model_parameters: call.parameters,
        tools: call.tools,
        stop: call.stop,
        stream: call.stream,
      };
    case "text-embedding":
      return { action: "invoke_text_embedding", texts: call.texts, input_type: call.input_type };
    case "rerank":
      return {
        action: "invoke_rerank",
        query: call.query,
        docs: call.docs,
        score_threshold: call.score_threshold,
        top_n: call.top_n,
      };
    case "tts":
      return { action: "invoke_tts", content_text: call.text, voice: call.voice, tenant_id: "workbench" };
    case "speech2text":
      return { action: "invoke_speech2text", file: Buffer.from(call.base64_data, "base64").toString("hex") };
    case "moderation":
      return { action: "invoke_moderation", text: call.text };
  }
}
