import { randomUUID } from "node:crypto";
import type { ToolCall } from "../../src/dify/messages.ts";
import { parseJson } from "../../src/endpoint/parse-json.ts";

/** A piece of a tool call as servers stream them; any member may be missing. */
export interface ToolCallPiece {
  index?: number | undefined;
  id: string;
  name: string;
  /** JSON text, or a part of it. */
  arguments: string;
}

interface CallInProgress {
  id: string;
  name: string;
  arguments: string[];
}

/**
 * Puts tool calls together from their pieces. A piece belongs to the call of its index; without one, to
 * the call of its id; without both, to the latest call, unless it brings a new name.
 */
export class ToolCallCollector {
  readonly #calls: CallInProgress[] = [];
  readonly #byIndex = new Map<number, CallInProgress>();

  add(piece: ToolCallPiece): void {
    const call = this.#find(piece);
    // Servers repeat id and name, or send them empty: what is there stays.
    if (piece.id !== "" && call.id === "") call.id = piece.id;
    if (piece.name !== "") call.name = piece.name;
    if (piece.arguments !== "") call.arguments.push(piece.arguments);
  }

  /** The calls in the order they began, each with an id and arguments. */
  finished(): ToolCall[] {
    return this.#calls.map((call) => {
      // Dify sends the id back with the tool's result, turns later: it must not come twice.
      call.id ||= `call_${randomUUID().replaceAll("-", "").slice(0, 24)}`;
      return { id: call.id, type: "function", function: { name: call.name, arguments: joinArguments(call) } };
    });
  }

  #find(piece: ToolCallPiece): CallInProgress {
    const known = this.#known(piece);
    // The same index with another id and a name is another call: some servers number all calls 0.
    if (known && !(piece.name !== "" && piece.id !== "" && known.id !== "" && known.id !== piece.id)) {
      return known;
    }
    const call: CallInProgress = { id: "", name: "", arguments: [] };
    this.#calls.push(call);
    if (piece.index !== undefined) this.#byIndex.set(piece.index, call);
    return call;
  }

  #known({ index, id, name }: ToolCallPiece): CallInProgress | undefined {
    if (index !== undefined) return this.#byIndex.get(index);
    if (id !== "") return this.#calls.find((call) => call.id === id) ?? this.#continued(name);
    return this.#continued(name);
  }

  /** A piece without a name goes on with the latest call. */
  #continued(name: string): CallInProgress | undefined {
    return name === "" ? this.#calls.at(-1) : undefined;
  }
}

/** Some servers send a placeholder `{}` first, or the whole arguments once more at the end. */
function joinArguments({ arguments: pieces }: CallInProgress): string {
  const joined = pieces.join("");
  if (joined === "") return "{}";
  if (parseJson(joined) !== undefined) return joined;
  const last = pieces.at(-1) ?? "";
  const [first, ...rest] = pieces;
  const others = first === "{}" ? rest.join("") : pieces.slice(0, -1).join("");
  const repeated = others === last && parseJson(last) !== undefined;
  return repeated || (first === "{}" && parseJson(others) !== undefined) ? others : joined;
}
