/**
 * Messages of a Responses answer, or its thoughts: what was told of each.
 *
 * Their events come mixed with those of other items (LiteLLM), and may call an item by another id every
 * time (GitHub Copilot) or give no position (llama.cpp).
 */
import { text } from "../wire-values.ts";
import { indexName, KnownItems } from "./known-items.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What was told of an item; text comes in parts, which are told one after the other. */
export class TextItem {
  readonly #parts = new Map<number, string>();
  #part = 0;
  complete = false;

  /** All that was told. */
  get told(): string {
    return [...this.#parts.values()].join("");
  }

  get untold(): boolean {
    return this.#parts.size === 0;
  }

  /** @param position of the part; absent: the part in hand */
  toldOf(position: unknown): string {
    return this.#parts.get(this.#find(position)) ?? "";
  }

  beginPart(position: unknown): void {
    this.#part = typeof position === "number" ? position : this.#parts.size;
  }

  tell(piece: string, position: unknown): void {
    const part = this.#find(position);
    this.#parts.set(part, (this.#parts.get(part) ?? "") + piece);
  }

  #find(position: unknown): number {
    return typeof position === "number" ? position : this.#part;
  }
}

export class TextItems {
  readonly #items = new KnownItems<TextItem>();

  /** All that was told of all. */
  get told(): string {
    return this.#items.all.map(({ told }) => told).join("");
  }

  /** An item that begins. */
  begin({ id }: Fields, position: unknown): TextItem {
    return this.#items.find(id) ?? this.#add(id, position);
  }

  /** The item an event is about. */
  ofEvent({ item_id, output_index }: Fields): TextItem {
    const index = indexName(output_index);
    const latest = index === "" ? this.#items.all.at(-1) : undefined;
    return this.#items.find(item_id, index) ?? latest ?? this.#add(item_id, output_index);
  }

  /** An item that is complete. */
  ofItem({ id }: Fields, position: unknown): TextItem {
    const index = indexName(position);
    const there = index === "" ? this.#items.all.at(-1) : this.#items.find(index);
    const open = there?.complete === false ? there : undefined;
    return this.#items.find(id) ?? open ?? this.#add(id, position);
  }

  /** Items of the whole answer, which come in the order they were told in; each with what was told of it. */
  ofWhole(items: readonly Fields[]): [TextItem, Fields][] {
    const told = [...this.#items.all];
    return items.map((item, rank) => [
      this.#items.find(item["id"]) ?? told[rank] ?? this.#add(item["id"], undefined),
      item,
    ]);
  }

  #add(id: unknown, position: unknown): TextItem {
    return this.#items.add(new TextItem(), text(id), indexName(position));
  }
}
