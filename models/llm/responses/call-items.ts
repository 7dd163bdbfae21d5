/**
 * Tool calls of a Responses answer, from the pieces of the stream and from whole items.
 *
 * The whole arguments come up to three times after their pieces, and servers do not agree on how a piece
 * names its call: llama.cpp gives no index, GitHub Copilot another item id with every event, LiteLLM may
 * give one index to several items, DeepSeek the call's id.
 */
import type { ToolCallCollector } from "../tool-calls.ts";
import { text } from "../wire-values.ts";

type Fields = Readonly<Record<string, unknown>>;

interface CallInProgress {
  readonly index: number;
  id: string;
  hasArguments: boolean;
}

export class CallItems {
  readonly #collector: ToolCallCollector;
  readonly #known = new Map<string, CallInProgress>();
  #calls: CallInProgress[] = [];

  constructor(collector: ToolCallCollector) {
    this.#collector = collector;
  }

  get count(): number {
    return this.#calls.length;
  }

  /** An item that begins. What some servers give as its arguments then is a placeholder, or comes again. */
  begin(item: Fields, position: unknown): void {
    this.#name(this.#ofItem(item, position), item);
  }

  /** An item that is complete. */
  whole(item: Fields, position: unknown): void {
    const call = this.#ofItem(item, position);
    this.#name(call, item);
    this.#complete(call, item["arguments"]);
  }

  /** The whole answer's items at its end: for calls the stream has told without their arguments. */
  repeated(items: readonly Fields[]): void {
    const none = this.count === 0;
    for (const item of items) {
      if (none || this.#find(item["id"], item["call_id"])) this.whole(item, undefined);
    }
  }

  /** A piece of a call's arguments. */
  piece(event: Fields): void {
    this.#add(this.#ofEvent(event), text(event["delta"]));
  }

  /** All arguments of a call. */
  done(event: Fields): void {
    this.#complete(this.#ofEvent(event), event["arguments"]);
  }

  #ofItem(item: Fields, position: unknown): CallInProgress {
    const { id, call_id } = item;
    const there = this.#find(indexKey(position));
    // Another id at the same index is another call.
    const unnamed = there && (there.id === "" || text(call_id) === "") ? there : undefined;
    const call = this.#find(id, call_id) ?? unnamed ?? this.#start();
    this.#know(call, id, call_id, indexKey(position));
    return call;
  }

  #ofEvent({ item_id, call_id, output_index }: Fields): CallInProgress {
    const index = indexKey(output_index);
    const found = this.#find(item_id, call_id) ?? this.#find(index);
    if (found) return found;
    const call = (index === "" && this.#calls.at(-1)) || this.#start();
    this.#know(call, item_id, call_id, index);
    return call;
  }

  #start(): CallInProgress {
    const call: CallInProgress = { index: this.#calls.length, id: "", hasArguments: false };
    this.#calls.push(call);
    this.#collector.add({ index: call.index, id: "", name: "", arguments: "" });
    return call;
  }

  #name(call: CallInProgress, { call_id, name }: Fields): void {
    if (call.id === "") call.id = text(call_id);
    this.#collector.add({ index: call.index, id: call.id, name: text(name), arguments: "" });
  }

  #complete(call: CallInProgress, args: unknown): void {
    if (!call.hasArguments) this.#add(call, isObject(args) ? JSON.stringify(args) : text(args));
  }

  #add(call: CallInProgress, args: string): void {
    if (args === "") return;
    call.hasArguments = true;
    this.#collector.add({ index: call.index, id: "", name: "", arguments: args });
  }

  #find(...names: unknown[]): CallInProgress | undefined {
    return names.map((name) => this.#known.get(text(name))).find((call) => call !== undefined);
  }

  #know(call: CallInProgress, ...names: unknown[]): void {
    for (const name of names) if (text(name) !== "") this.#known.set(text(name), call);
  }
}

function indexKey(position: unknown): string {
  return typeof position === "number" ? `#${position}` : "";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
