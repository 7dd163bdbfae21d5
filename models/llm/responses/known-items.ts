/** The items of one kind in a Responses answer, by all the names events may call them. */
import { text } from "../wire-values.ts";

export class KnownItems<Item> {
  /** In the order they began. */
  readonly all: Item[] = [];
  readonly #byName = new Map<string, Item>();

  add(item: Item, ...names: unknown[]): Item {
    this.all.push(item);
    this.name(item, ...names);
    return item;
  }

  name(item: Item, ...names: unknown[]): void {
    for (const name of names) if (text(name) !== "") this.#byName.set(text(name), item);
  }

  /** The item of the first name that is known. */
  find(...names: unknown[]): Item | undefined {
    return names.map((name) => this.#byName.get(text(name))).find((item) => item !== undefined);
  }
}

/** An item's position in the output, as a name. */
export function indexName(position: unknown): string {
  return typeof position === "number" ? `#${position}` : "";
}
