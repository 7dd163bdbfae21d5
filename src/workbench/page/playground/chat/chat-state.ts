/** A conversation with a language model, and what goes along with every question. */
import { batch, signal, type Signal } from "@preact/signals";
import type { LlmChunk, Message, SchemaAnswer } from "../../../contract.ts";
import { ask } from "../../api.ts";
import { startCall, type Call } from "../../state/calls.ts";
import { model, secretsSaved, subject } from "../../state/workbench.ts";
import { extendAnswer, NO_ANSWER, type Answer } from "./answer.ts";
import type { FilePart } from "./attachments.ts";
import { EXAMPLE_TOOL, readTool, type ToolDraft } from "./tools.ts";

/** A question with its answer. */
export interface Turn {
  readonly id: number;
  /** A person's message, or the results of the tools that were called before. */
  readonly asked: readonly Message[];
  readonly call: Call;
  readonly answer: Signal<Answer>;
}

export type ParameterValue = string | number | boolean;

export const turns = signal<readonly Turn[]>([]);
export const draft = signal("What is 12 * 7?");
export const files = signal<readonly FilePart[]>([]);
export const system = signal("");
export const isStreamed = signal(true);
export const stopWords = signal("");
/** Only what was switched on is sent. */
export const parameters = signal<Readonly<Record<string, ParameterValue>>>({});
export const tools = signal<readonly ToolDraft[]>([{ id: 0, isOn: false, text: EXAMPLE_TOOL }]);
export const schema = signal<SchemaAnswer>({});

let lastId = 0;

export function nextId(): number {
  lastId += 1;
  return lastId;
}

export function lastCall(): Call | undefined {
  return turns.value.at(-1)?.call;
}

export function sendDraft(): void {
  const text = draft.value;
  const content: Message["content"] =
    files.value.length === 0 ? text : [...files.value, ...(text === "" ? [] : [textPart(text)])];
  batch(() => {
    draft.value = "";
    files.value = [];
    send([{ role: "user", content }], turns.value);
  });
}

/** @param results by the id of the call */
export function sendToolResults(turn: Turn, results: ReadonlyMap<string, string>): void {
  const asked = turn.answer.value.toolCalls.map(({ id, name }): Message => ({
    role: "tool",
    name,
    tool_call_id: id,
    content: results.get(id) ?? "",
  }));
  send(asked, turns.value);
}

/** The same question again, in place of its answer. */
export function askAgain(turn: Turn): void {
  send(turn.asked, turns.value.slice(0, turns.value.indexOf(turn)));
}

export function clearChat(): void {
  lastCall()?.cancel();
  turns.value = [];
}

function send(asked: readonly Message[], before: readonly Turn[]): void {
  const answer = signal(NO_ANSWER);
  const { values } = subject.value;
  const call = startCall(
    {
      type: "llm",
      model: model.value,
      values,
      messages: [...systemMessage(), ...before.flatMap(messagesOf), ...asked],
      parameters: parameters.value,
      tools: tools.value
        .filter(({ isOn }) => isOn)
        .map(({ text }) => readTool(text))
        .filter((tool) => typeof tool !== "string"),
      stop: stopWords.value
        .split(",")
        .map((word) => word.trim())
        .filter((word) => word !== ""),
      stream: isStreamed.value,
    },
    (pieces) => {
      answer.value = (pieces as LlmChunk[]).reduce(extendAnswer, answer.value);
    },
  );
  turns.value = [...before, { id: nextId(), asked, call, answer }];
}

function systemMessage(): Message[] {
  return system.value.trim() === "" ? [] : [{ role: "system", content: system.value }];
}

/** A turn as the next question carries it. One that brought no answer is only the question. */
function messagesOf({ asked, answer }: Turn): Message[] {
  const { text, toolCalls, opaqueBody } = answer.value;
  if (text === "" && toolCalls.length === 0) return [...asked];
  const answered: Message = {
    role: "assistant",
    content: text,
    tool_calls: toolCalls.map(({ id, name, arguments: given }) => ({
      id,
      type: "function",
      function: { name, arguments: given },
    })),
    ...(opaqueBody !== undefined && { opaque_body: opaqueBody }),
  };
  return [...asked, answered];
}

function textPart(data: string): { type: "text"; data: string } {
  return { type: "text", data };
}

/** What Dify is told the model can do. */
export async function loadSchema(): Promise<void> {
  await secretsSaved();
  const asked = subject.value;
  const answer = await ask<SchemaAnswer>("schema", { body: asked }).catch((error: unknown): SchemaAnswer => ({
    error: { type: "Workbench", message: String(error) },
  }));
  if (asked === subject.value) schema.value = answer;
}
