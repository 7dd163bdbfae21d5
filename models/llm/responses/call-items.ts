/**
 * Tool calls of a Responses answer, from the pieces of the stream and from whole items.
 *
 * The whole arguments come up to three times after their pieces, and servers do not agree on how a piece
 * names its call: llama.cpp gives no index, GitHub Copilot another item id with every event, LiteLLM may
 * give one index to several items, DeepSeek the call's id.
 */
import type { ToolCallCollector } from "../tool-calls.ts";
import { text } from "../wire-values.ts";
import { indexName, KnownItems } from "./known-items.ts";

type Fields = Readonly<Record<string, unknown>>;

interface CallInProgress {
  readonly index: number;
  id: string;
  name: string;
  hasArguments: boolean;
}

export class CallItems {
  readonly #collector: ToolCallCollector;
  readonly #calls = new KnownItems<CallInProgress>();

  constructor(collector: ToolCallCollector) {
    this.#collector = collector;
  }

  get count(): number {
    return this.#calls.all.length;
  }

  /** An item that begins. What some servers give as its arguments then is a placeholder, or comes again. */
  begin(item: Fields, position: unknown): void {
    this.#name(this.#ofItem(item, position), item);
  }

  /** An item that is complete. */
  whole(item: Fields, position: unknown): void {
    this.#finish(this.#ofItem(item, position), item);
  }

  /**
   * The items of the whole answer at its end: told already, in part or not at all. Each is a call of its
   * own, whatever its id.
   *
   * @returns the position of each among the calls
   */
  repeated(items: readonly Fields[]): number[] {
    const named = items.map((item) => this.#ofId(item));
    const others = new Set(this.#calls.all.filter((call) => !named.includes(call)));
    return items.map((item, rank) => {
      const { id, call_id, name } = item;
      const known = named[rank];
      const own = known && named.indexOf(known) === rank ? known : undefined;
      const call = own ?? [...others].find((other) => other.name === name) ?? this.#start();
      others.delete(call);
      this.#calls.name(call, id, call_id);
      this.#finish(call, item);
      return call.index;
    });
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
    const index = indexName(position);
    const there = this.#calls.find(index);
    // Another id at the same index is another call.
    const unnamed = there && (there.id === "" || text(call_id) === "") ? there : undefined;
    const call = this.#ofId(item) ?? unnamed ?? this.#start();
    this.#calls.name(call, id, call_id, index);
    return call;
  }

  /** The call of an item's id, unless it is of another tool. */
  #ofId({ id, call_id, name }: Fields): CallInProgress | undefined {
    const call = this.#calls.find(id, call_id);
    const another = call && call.name !== "" && text(name) !== "" && call.name !== name;
    return another ? undefined : call;
  }

  #ofEvent({ item_id, call_id, output_index }: Fields): CallInProgress {
    const index = indexName(output_index);
    const found = this.#calls.find(item_id, call_id, index);
    if (found) return found;
    const call = (index === "" && this.#calls.all.at(-1)) || this.#start();
    this.#calls.name(call, item_id, call_id, index);
    return call;
  }

  #start(): CallInProgress {
    const call: CallInProgress = { index: this.count, id: "", name: "", hasArguments: false };
    this.#collector.add({ index: call.index, id: "", name: "", arguments: "" });
    return this.#calls.add(call);
  }

  #finish(call: CallInProgress, item: Fields): void {
    this.#name(call, item);
    this.#complete(call, item["arguments"]);
  }

  #name(call: CallInProgress, { call_id, name }: Fields): void {
    call.id ||= text(call_id);
    call.name ||= text(name);
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
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
