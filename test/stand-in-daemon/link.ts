import type { Reply } from "./open-calls.ts";

/** A daemon's side of a plugin, whichever way it reaches it. */
export interface Link {
  /** Asks one thing. */
  call(
    data: { action: string } & Record<string, unknown>,
    // Each caller knows the pieces of its own action.
    // oxlint-disable-next-line typescript/no-explicit-any
    onPiece?: (piece: any) => void,
  ): Promise<Reply>;
  /** Every rule the plugin broke so far. */
  readonly complaints: string[];
  /** What the plugin printed for people. */
  readonly log: string[];
  /** Tells the plugin to end and waits for it. @throws Error that lists the complaints */
  close(): Promise<void>;
  /** Ends the plugin at once. */
  kill(): void;
}
