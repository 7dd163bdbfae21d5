/** Changes to a request, and how they are made. */
import { askForJson, formatDemand, stepDownResponseFormat } from "./response-format.ts";

export type Adaptation =
  /** A field, or `field.member`. */
  | { readonly drop: string }
  | { readonly rename: string; readonly to: string }
  /** The type of `response_format` that is refused. */
  | { readonly stepDown: string }
  /** A server that gives JSON only when the prompt speaks of JSON. */
  | { readonly askFor: "json" }
  /** A field of earlier turns, or of the tool calls in them. */
  | { readonly dropInMessages: string }
  /** A field of earlier turns that may not be null. */
  | { readonly nullAsEmpty: "content" }
  /** A number that is too small. */
  | { readonly raise: string; readonly to: number }
  /** Set to false unless the answer is streamed. */
  | { readonly onlyStreamed: string };

export function adapt(body: object, adaptations: readonly Adaptation[]): object {
  return adaptations.reduce(adaptOnce, body);
}

function adaptOnce(body: object, adaptation: Adaptation): object {
  if ("stepDown" in adaptation) {
    return formatDemand(body)?.type === adaptation.stepDown ? stepDownResponseFormat(body) : body;
  }
  if ("onlyStreamed" in adaptation) {
    const streamed = "stream" in body && body.stream === true;
    return streamed ? body : { ...body, [adaptation.onlyStreamed]: false };
  }
  if ("askFor" in adaptation) return formatDemand(body) ? askForJson(body) : body;
  if ("dropInMessages" in adaptation) {
    const field = adaptation.dropInMessages;
    return withMessages(body, (message) => {
      const tool_calls = callsOf(message).map((call) => without(call, field));
      return { ...without(message, field), ...(tool_calls.length > 0 && { tool_calls }) };
    });
  }
  if ("nullAsEmpty" in adaptation) {
    const field = adaptation.nullAsEmpty;
    return withMessages(body, (message) =>
      valueOf(message, field) === null ? { ...message, [field]: "" } : message,
    );
  }
  if ("raise" in adaptation) {
    const value = valueOf(body, adaptation.raise);
    const low = typeof value === "number" && value < adaptation.to;
    return low ? { ...body, [adaptation.raise]: adaptation.to } : body;
  }
  if ("drop" in adaptation) return drop(body, adaptation.drop);
  const { rename, to } = adaptation;
  return Object.fromEntries(
    Object.entries(body).map(([field, value]) => [field === rename ? to : field, value]),
  );
}

function withMessages(body: object, change: (message: object) => object): object {
  return "messages" in body ? { ...body, messages: messagesOf(body).map(change) } : body;
}

export function valueOf(fields: object, name: string): unknown {
  return (fields as Record<string, unknown>)[name];
}

/** @param path a field, or a field and a member of its value */
function drop(body: object, path: string): object {
  const [field = "", member] = path.split(".");
  // Servers refuse the options of a stream that is not asked for.
  if (field === "stream") return without(without(body, "stream"), "stream_options");
  // What may not be called is not offered.
  if (field === "tool_choice" && valueOf(body, field) === "none")
    return without(without(body, field), "tools");
  if (member === undefined) return without(body, field);
  const value = valueOf(body, field);
  return typeof value === "object" && value !== null ? { ...body, [field]: without(value, member) } : body;
}

function without(fields: object, name: string): object {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name));
}

export function describeAdaptation(adaptation: Adaptation): string {
  if ("stepDown" in adaptation) return `"${adaptation.stepDown}" is replaced by words in the prompt`;
  if ("onlyStreamed" in adaptation) return `"${adaptation.onlyStreamed}" is false unless streamed`;
  if ("askFor" in adaptation) return "the prompt asks for JSON";
  if ("nullAsEmpty" in adaptation)
    return `"${adaptation.nullAsEmpty}" of earlier turns is "" in place of null`;
  if ("raise" in adaptation) return `"${adaptation.raise}" is raised to ${adaptation.to}`;
  if ("dropInMessages" in adaptation) return `"${adaptation.dropInMessages}" is left out of earlier turns`;
  return "drop" in adaptation
    ? `"${adaptation.drop}" is left out`
    : `"${adaptation.rename}" is sent as "${adaptation.to}"`;
}

export function messagesOf(body: object): readonly object[] {
  const { messages } = body as { messages?: unknown };
  return Array.isArray(messages) ? (messages as object[]) : [];
}

export function callsOf(message: object): readonly object[] {
  const { tool_calls } = message as { tool_calls?: unknown };
  return Array.isArray(tool_calls) ? (tool_calls as object[]) : [];
}
