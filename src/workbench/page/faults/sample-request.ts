/** A small call of each type, to see what a fault does to it. */
import type { CallRequest, ModelType } from "../../contract.ts";

export function sampleRequest(type: ModelType, model: string, values: CallRequest["values"]): CallRequest {
  const asked = { model, values };
  switch (type) {
    case "llm":
      // Letters of several bytes, for those who split them.
      return { type, ...asked, messages: [{ role: "user", content: "Grüße, 你好 🙂 What is 12 * 7?" }] };
    case "text-embedding":
      return { type, ...asked, texts: ["a red apple", "the red apples"] };
    case "rerank":
      return { type, ...asked, query: "When are apples ripe?", docs: ["Trains leave.", "Apples ripen."] };
    case "tts":
      return { type, ...asked, text: "One two three." };
    case "moderation":
      return { type, ...asked, text: "Have a nice day." };
    case "speech2text":
      return { type, ...asked, base64_data: SILENCE };
    default:
      return type satisfies never;
  }
}

/** A WAV of sixteen silent samples. */
const SILENCE =
  "UklGRkQAAABXQVZFZm10IBAAAAABAAEAgD4AAAB9AAACABAAZGF0YSAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";
