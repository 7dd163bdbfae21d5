/** The text in Dify's prompts. */
import type { PromptMessage, Tool } from "../../src/dify/messages.ts";

/** All text of a message; files have none. */
export function plainText(content: PromptMessage["content"]): string {
  if (typeof content === "string") return content;
  return content
    .filter((part) => part.type === "text")
    .map((part) => part.data)
    .join("\n");
}

/** An answer of earlier, apart from the thoughts at its start, which stand there as we put them there. */
export function splitThoughts(content: PromptMessage["content"]): { thought: string; answer: string } {
  const text = plainText(content);
  const [block = "", thought = ""] = /^\s*<think>([\s\S]*?)<\/think>\s*/.exec(text) ?? [];
  return { thought: thought.trim(), answer: text.slice(block.length) };
}

/** Everything a prompt's tokens are counted by, but for files. */
export function promptTexts(messages: readonly PromptMessage[], tools: readonly Tool[]): string[] {
  const calls = messages.flatMap(({ tool_calls }) => tool_calls.map(({ function: call }) => call));
  return [
    ...messages.map(({ content }) => plainText(content)),
    ...calls.map((call) => call.name + call.arguments),
    ...tools.map((tool) => JSON.stringify(tool)),
  ];
}
