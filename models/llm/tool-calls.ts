import type { ToolCall } from "../../src/dify/messages.ts";
import { parseJson } from "../../src/endpoint/parse-json.ts";

/** A piece of a tool call as servers stream them; any member may be missing. */
export interface ToolCallPiece {
  index?: number | undefined;
  id: string;
  name: string;
  /** JSON text, or a part of it. */
  arguments: string;
  /** What the server wants to see again with the call, such as Gemini's signature. */
  extra?: unknown;
}

interface CallInProgress {
  /** Whether a piece of it had an index. */
  numbered: boolean;
  id: string;
  name: string;
  arguments: string[];
  extra?: unknown;
}

/**
 * Puts tool calls together from their pieces. A piece belongs to the call of its index; without one, or
 * with one that is new, to the call of its id; without both, to the latest call, unless it brings a new
 * name.
 */
export class ToolCallCollector {
  readonly #calls: CallInProgress[] = [];
  readonly #byIndex = new Map<number, CallInProgress>();
  #legacy: CallInProgress | undefined;

  add(piece: ToolCallPiece): void {
    take(this.#find(piece), piece);
  }

  /**
   * Takes a piece of the only call there is in the legacy form. llama-cpp-python tells the first call so
   * once more: with calls of the newer form there is none.
   */
  addLegacy(piece: ToolCallPiece): void {
    if (this.#calls.some((call) => call !== this.#legacy && call.name !== "")) return;
    this.#legacy ??= this.#start();
    take(this.#legacy, piece);
  }

  /** Takes a call of a whole message, which is a call of its own whatever it is called. */
  addWhole(piece: ToolCallPiece): void {
    take(this.#start(), piece);
  }

  get isEmpty(): boolean {
    return this.#calls.every(({ name }) => name === "") && !this.hasNameless;
  }

  /** Whether arguments came that belong to no tool. */
  get hasNameless(): boolean {
    return this.#calls.some((call) => call.name === "" && joinArguments(call) !== "{}");
  }

  /** The calls in the order they began, each with an id and arguments. */
  finished(): ToolCall[] {
    // Anthropic's and DashScope's streams hold empty pieces that belong to no call.
    const named = this.#calls.filter(({ name }) => name !== "");
    const taken = new Set<string>();
    return named.map((call) => {
      // Dify merges calls of one id.
      if (taken.has(call.id)) call.id = "";
      // Dify sends the id back with the tool's result, turns later: it must not come twice.
      call.id ||= `call_${crypto.randomUUID().replaceAll("-", "").slice(0, 24)}`;
      taken.add(call.id);
      return { id: call.id, type: "function", function: { name: call.name, arguments: joinArguments(call) } };
    });
  }

  /** Call's id → what came besides; only of calls that have any. */
  extras(): Record<string, unknown> {
    this.finished();
    const extras = this.#calls.map(({ id, extra }) => [id, extra] as const);
    return Object.fromEntries(extras.filter(([, extra]) => extra !== undefined));
  }

  #find(piece: ToolCallPiece): CallInProgress {
    const known = this.#known(piece);
    // The same index with another id and a name is another call: some servers number all calls 0.
    const call = known && !isAnother(known, piece) ? known : this.#start();
    if (piece.index !== undefined) {
      call.numbered = true;
      this.#byIndex.set(piece.index, call);
    }
    return call;
  }

  #known({ index, id, name }: ToolCallPiece): CallInProgress | undefined {
    const there = index === undefined ? undefined : this.#byIndex.get(index);
    if (there) return there;
    // A new index may be that of a call whose first pieces had none, but not of one that has another.
    const open = index === undefined ? this.#calls : this.#calls.filter(({ numbered }) => !numbered);
    const named = id === "" ? undefined : open.find((call) => call.id === id);
    const latest = this.#calls.at(-1);
    return named ?? (name === "" && latest && open.includes(latest) ? latest : undefined);
  }

  #start(): CallInProgress {
    const call: CallInProgress = { numbered: false, id: "", name: "", arguments: [] };
    this.#calls.push(call);
    return call;
  }
}

function take(call: CallInProgress, piece: ToolCallPiece): void {
  // Servers repeat id and name, or send them empty: what is there stays.
  if (piece.id !== "" && call.id === "") call.id = piece.id;
  if (piece.name !== "") call.name = piece.name;
  if (piece.arguments !== "") call.arguments.push(piece.arguments);
  if (piece.extra !== undefined && piece.extra !== null) call.extra = piece.extra;
}

function isAnother(known: CallInProgress, { id, name }: ToolCallPiece): boolean {
  if (name === "" || known.name === "") return false;
  if (id !== "" && known.id !== "" && id !== known.id) return true;
  if (name === known.name) return false;
  const args = known.arguments.join("");
  // A name that grows is still the same call's.
  return args === "" ? id === "" || !name.startsWith(known.name) : isObject(parseJson(args));
}

/** What arguments are. */
export function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON text of an object, as Dify reads it: servers send `null`, or the text encoded twice. */
function joinArguments(call: CallInProgress): string {
  const joined = joinPieces(call);
  const value = parseJson(joined);
  if (value === null) return "{}";
  return typeof value === "string" && isObject(parseJson(value)) ? value : joined;
}

/** Some servers send a placeholder `{}` first, or the whole arguments once more at the end. */
function joinPieces({ arguments: pieces }: CallInProgress): string {
  const joined = pieces.join("");
  if (joined.trim() === "") return "{}";
  if (parseJson(joined) !== undefined) return joined;
  const last = pieces.at(-1) ?? "";
  const [first, ...rest] = pieces;
  const others = first === "{}" ? rest.join("") : pieces.slice(0, -1).join("");
  const repeated = others === last && parseJson(last) !== undefined;
  return repeated || (first === "{}" && parseJson(others) !== undefined) ? others : joined;
}
