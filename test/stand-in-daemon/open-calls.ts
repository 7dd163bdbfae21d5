import type { Delivered } from "./check-line.ts";

/** What a request got: its pieces, then one terminal. Without `error` that was `end`. */
export interface Reply {
  pieces: unknown[];
  error?: { type: string; message: string };
}

interface Call {
  pieces: unknown[];
  onPiece: (piece: unknown) => void;
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/** The requests that wait for their answers. */
export class OpenCalls {
  readonly #calls = new Map<string, Call>();

  /** Resolves with the answer once `deliver` has seen its end. */
  open(session: string, onPiece: (piece: unknown) => void = () => undefined): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#calls.set(session, { pieces: [], onPiece, resolve, reject });
    });
  }

  /** What reaches a request is what the plugin wrote, even if a real daemon would have given up before. */
  deliver(delivered: Delivered | undefined): void {
    const call = this.#calls.get(delivered?.session ?? "");
    if (!delivered || !call) return;
    const { session, type, data } = delivered;
    if (type === "stream") {
      call.pieces.push(data);
      call.onPiece(data);
      return;
    }
    this.#calls.delete(session);
    if (type === "end") {
      call.resolve({ pieces: call.pieces });
      return;
    }
    const { error_type, message } = Object(data) as Record<string, unknown>;
    const error =
      type === "error"
        ? { type: String(error_type), message: String(message) }
        : { type: "unknown_stream_message_type", message: type };
    call.resolve({ pieces: call.pieces, error });
  }

  /** Whether the request still waits. */
  has(session: string): boolean {
    return this.#calls.has(session);
  }

  /** Nobody will answer any more. */
  rejectAll(error: Error): void {
    for (const call of this.#calls.values()) call.reject(error);
    this.#calls.clear();
  }

  /** Nobody will answer this one. */
  reject(session: string, error: Error): void {
    this.#calls.get(session)?.reject(error);
    this.#calls.delete(session);
  }
}
