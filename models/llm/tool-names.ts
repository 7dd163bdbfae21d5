/**
 * Names of tools as servers take them, and back.
 *
 * Dify's workflow and MCP tools are called by any name; OpenAI and most servers take
 * `^[a-zA-Z0-9_-]{1,64}$` only.
 */
import type { PromptMessage, ToolCall } from "../../src/dify/messages.ts";
import type { RequestOf } from "../../src/dify/requests.ts";

const MAX_LENGTH = 64;

type InvokeRequest = RequestOf<"invoke_llm">;

export interface ToolNames {
  /** The call with every tool under its name on the wire. */
  readonly request: InvokeRequest;
  /** The name Dify knows a tool by. */
  readonly original: (wireName: string) => string;
}

export function wireToolNames(request: InvokeRequest): ToolNames {
  const called = allNames(request);
  if (called.length === 0) return { request, original: (name) => name };
  const wire = new Map<string, string>();
  const back = new Map<string, string>();
  const add = (name: string): void => {
    if (wire.has(name)) return;
    const chosen = distinctName(wireName(name), back);
    wire.set(name, chosen);
    back.set(chosen, name);
  };
  // A name that needs no change must never lose it to one that does.
  const names = called.toSorted((a, b) => Number(a !== wireName(a)) - Number(b !== wireName(b)));
  for (const name of names) add(name);
  const toWire = (name: string): string => wire.get(name) ?? name;
  return {
    request: {
      ...request,
      tools: request.tools.map((tool) => ({ ...tool, name: toWire(tool.name) })),
      ...(request.tool_choice?.name && {
        tool_choice: { ...request.tool_choice, name: toWire(request.tool_choice.name) },
      }),
      prompt_messages: request.prompt_messages.map((message) => renameInHistory(message, toWire)),
    },
    original: (name) => back.get(name) ?? name,
  };
}

function allNames({ tools, prompt_messages }: InvokeRequest): string[] {
  const called = prompt_messages.flatMap(({ tool_calls }) => tool_calls.map((call) => call.function.name));
  return [...tools.map(({ name }) => name), ...called];
}

function wireName(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_-]/g, "_").slice(0, MAX_LENGTH) || "_";
}

function distinctName(name: string, taken: ReadonlyMap<string, string>): string {
  for (let number = 2, candidate = name; ; number += 1) {
    if (!taken.has(candidate)) return candidate;
    const suffix = `_${number}`;
    candidate = name.slice(0, MAX_LENGTH - suffix.length) + suffix;
  }
}

function renameInHistory(message: PromptMessage, toWire: (name: string) => string): PromptMessage {
  const rename = (call: ToolCall): ToolCall => ({
    ...call,
    function: { ...call.function, name: toWire(call.function.name) },
  });
  const name = message.role === "tool" ? toWire(message.name) : message.name;
  return { ...message, name, tool_calls: message.tool_calls.map(rename) };
}
