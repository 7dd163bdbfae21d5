/** One text or several, as embeddings and legacy completions take them. */
import * as z from "zod";

/** OpenAI's API takes token arrays as well; the demo has no tokenizer to read them with. */
export const textInput = z.custom<string | string[]>(
  (value) => {
    const texts: unknown[] = [value].flat();
    return texts.length > 0 && texts.length <= 2048 && texts.every(isText);
  },
  { error: "The demo takes a text or a list of up to 2048 texts, none of them empty, and no token arrays." },
);

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
