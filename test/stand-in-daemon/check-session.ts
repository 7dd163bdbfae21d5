/** The rules of one session: what may follow what, until the reply is over. */
import { checkError, checkPiece, checkReply, type Request } from "./check-reply.ts";
import { complaint } from "./rule.ts";

export class SessionChecker {
  readonly action: string;
  readonly #request: Request;
  readonly #pieces: unknown[] = [];
  #sound = true;
  #terminal: "none" | "error" | "end" = "none";

  constructor(request: Request) {
    this.#request = request;
    this.action = typeof request["action"] === "string" ? request["action"] : "(no action)";
  }

  /** Takes the `data` of a session message. Returns the rules it breaks. */
  wrote(message: unknown): string[] {
    return this.#check(message).map((rule) => complaint(this.action, rule));
  }

  /** The plugin is gone. */
  ended(): string[] {
    if (this.#terminal !== "none") return [];
    const rule = "trap 16: the plugin ended without a terminal, the request would hang until its time limit";
    return [complaint(this.action, rule)];
  }

  #check(message: unknown): string[] {
    const { type, data, ...rest } = Object(message) as Record<string, unknown>;
    if (typeof type !== "string") return ["section 3.2: a session object needs a type"];
    // Null is fine for the daemon.
    if (data === undefined) return [`trap 1: ${type} has no data: the daemon drops it and the request hangs`];
    const rules = Object.keys(rest).map((key) => `section 3.2: a session object has no "${key}"`);
    switch (type) {
      case "stream":
        return [...rules, ...this.#checkStream(data)];
      case "error":
        return [...rules, ...this.#checkErrorMessage(data)];
      case "end":
        return [...rules, ...this.#checkEnd()];
      case "invoke":
        return ["section 10: a model provider has nothing to invoke"];
      default:
        return [`section 3.2: the daemon ends the request over the unknown type ${type}`];
    }
  }

  #checkStream(piece: unknown): string[] {
    if (this.#terminal !== "none") return [`section 3.2: a stream after the ${this.#terminal}`];
    this.#pieces.push(piece);
    const rules = checkPiece(this.action, piece);
    if (rules.length > 0) this.#sound = false;
    return rules;
  }

  #checkErrorMessage(error: unknown): string[] {
    if (this.#terminal !== "none") return [`section 3.2: an error after the ${this.#terminal}`];
    this.#terminal = "error";
    return checkError(this.action, error);
  }

  /** An `end` right after an error is what Dify's own SDK sends, and the daemon ignores it. */
  #checkEnd(): string[] {
    const before = this.#terminal;
    this.#terminal = "end";
    if (before === "end") return ["section 3.2: a second end"];
    if (before === "error") return [];
    if (this.#pieces.length === 0) return ["trap 3: end without any stream is an empty success"];
    return this.#sound ? checkReply(this.#request, this.#pieces) : [];
  }
}
