/**
 * Each tool call with one result, right behind its turn, as every API demands.
 *
 * An agent that was stopped leaves calls without results, a memory window cuts off calls from theirs, some
 * servers give no ids, or the same ones in every turn.
 */
import type { ContentPart, PromptMessage, ToolCall } from "../../src/dify/messages.ts";
import { parseJson } from "../../src/endpoint/parse-json.ts";

/** Stands in for the result of a call that has none. */
const NO_RESULT = "No result.";

/** A call, where its turn stands, and up to where its result is looked for first. */
interface Call {
  readonly call: ToolCall;
  readonly turn: number;
  readonly nextTurn: number;
}

export function pairToolResults(messages: readonly PromptMessage[]): PromptMessage[] {
  const calls = callsIn(messages);
  if (calls.length === 0 && !messages.some(({ role }) => role === "tool")) return [...messages];
  const results = findResults(messages, calls);
  const claimed = new Set(results.values());
  const id = uniqueIds(calls);
  return messages.flatMap((message, position) => {
    if (message.role === "tool") return claimed.has(message) ? [] : [saidByUser(message)];
    const own = calls.filter(({ turn }) => turn === position);
    if (own.length === 0) return [message];
    return [
      { ...message, tool_calls: own.map((one) => wellFormed(one.call, id(one))) },
      ...own.map((one) => ({ ...(results.get(one) ?? resultOf(one.call)), tool_call_id: id(one) })),
    ];
  });
}

function callsIn(messages: readonly PromptMessage[]): Call[] {
  const turns = [...messages.keys()].filter((position) => {
    const { role, tool_calls } = messages[position] as PromptMessage;
    return role === "assistant" && tool_calls.length > 0;
  });
  return turns.flatMap((turn, order) =>
    (messages[turn]?.tool_calls ?? []).map((call) => ({
      call,
      turn,
      nextTurn: turns[order + 1] ?? messages.length,
    })),
  );
}

/** By id before the next turn that calls, then by id anywhere later, then by order, where ids say nothing. */
function findResults(messages: readonly PromptMessage[], calls: readonly Call[]): Map<Call, PromptMessage> {
  const found = new Map<Call, PromptMessage>();
  const claimed = new Set<PromptMessage>();
  const known = new Set(calls.map(({ call }) => call.id).filter((id) => id !== ""));
  const claim = (fits: (result: PromptMessage, position: number, call: Call) => boolean): void => {
    for (const call of calls) {
      if (found.has(call)) continue;
      const result = messages.find(
        (message, position) =>
          message.role === "tool" &&
          position > call.turn &&
          !claimed.has(message) &&
          fits(message, position, call),
      );
      if (!result) continue;
      found.set(call, result);
      claimed.add(result);
    }
  };
  const sameId = (result: PromptMessage, { call }: Call): boolean =>
    call.id !== "" && result.tool_call_id === call.id;
  claim((result, position, call) => position < call.nextTurn && sameId(result, call));
  claim((result, _position, call) => sameId(result, call));
  claim(
    ({ tool_call_id, name }, position, { call, nextTurn }) =>
      position < nextTurn && !known.has(tool_call_id) && (name === "" || name === call.function.name),
  );
  return found;
}

/** The first call keeps an id, others that share it or have none get one of their own. Mistral takes nine characters only. */
function uniqueIds(calls: readonly Call[]): (call: Call) => string {
  const given = new Set(calls.map(({ call }) => call.id));
  const ids = new Map<Call, string>();
  const taken = new Set([""]);
  for (const [order, call] of calls.entries()) {
    let id = call.call.id;
    for (let number = order; taken.has(id); number += calls.length) {
      const invented = `call${String(number).padStart(5, "0")}`;
      if (!given.has(invented)) id = invented;
    }
    taken.add(id);
    ids.set(call, id);
  }
  return (call) => ids.get(call) ?? "";
}

/** Chat templates read the arguments as JSON. */
function wellFormed(call: ToolCall, id: string): ToolCall {
  const { name, arguments: args } = call.function;
  const json =
    args.trim() === "" ? "{}" : parseJson(args) === undefined ? JSON.stringify({ input: args }) : args;
  return { ...call, id, function: { name, arguments: json } };
}

function resultOf({ function: { name } }: ToolCall): PromptMessage {
  return { role: "tool", content: NO_RESULT, name, tool_calls: [], tool_call_id: "" };
}

/** A result without its call is still something the model should know. */
function saidByUser({ content, name }: PromptMessage): PromptMessage {
  const about = `Result of ${name === "" ? "a tool" : `the tool ${name}`}:`;
  const said = typeof content === "string" ? `${about}\n${content}` : [textPart(about), ...content];
  return { role: "user", content: said, name: "", tool_calls: [], tool_call_id: "" };
}

function textPart(data: string): ContentPart {
  return {
    type: "text",
    data,
    base64_data: "",
    url: "",
    format: "",
    mime_type: "",
    filename: "",
    detail: "",
  };
}
