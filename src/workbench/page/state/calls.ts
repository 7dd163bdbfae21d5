/** Calls that were made: those of this page as they run, and the list the server keeps. */
import { batch, signal, type Signal } from "@preact/signals";
import type { CallEvent, CallRequest, History, Numbers, Outcome, PluginFailure } from "../../contract.ts";
import { ask, listen } from "../api.ts";
import { perFrame } from "../per-frame.ts";
import { refreshPlugin } from "./workbench.ts";
import { extendLog, logSignal, type CallLog } from "./call-log.ts";

/** One call, while and after it runs. */
export interface Call {
  readonly request: CallRequest;
  readonly state: Signal<CallState>;
  readonly log: Signal<CallLog>;
  /** As when Dify gives a call up. Asked for twice, the page does not wait for what comes of it. */
  cancel(): void;
  /** Resolves when it is over, however it ended. */
  readonly over: Promise<void>;
}

export interface CallState {
  readonly status: "waiting" | "running" | Outcome;
  /** As soon as the server knows it. */
  readonly id?: string;
  /** Calls that wait before it. */
  readonly ahead: number;
  readonly numbers?: Numbers;
  readonly error?: PluginFailure;
}

/** What a call's pieces are handed to, as they come: once per frame. */
export type OnPieces = (pieces: readonly unknown[]) => void;

const KEPT_LOGS = 12;

export const calls = signal<History>({ calls: [], dropped: 0 });
/** Of the last calls of this page, by id. */
export const logs = new Map<string, Signal<CallLog>>();

export function isOver({ status }: CallState): boolean {
  return status === "done" || status === "failed" || status === "cancelled";
}

export function startCall(request: CallRequest, onPieces: OnPieces = () => undefined): Call {
  const state = signal<CallState>({ status: "waiting", ahead: 0 });
  const log = logSignal("");
  const abort = new AbortController();
  const frames = perFrame<CallEvent>((events) => {
    batch(() => {
      log.value = extendLog(log.value, events);
      for (const event of events) state.value = follow(state.value, event, log);
      const pieces = events.flatMap((event) =>
        event.event === "dify-out" && event.kind === "stream" && event.data !== undefined ? [event.data] : [],
      );
      if (pieces.length > 0) onPieces(pieces);
    });
  });
  let asked = false;
  const cancel = (): void => {
    const { id } = state.value;
    if (isOver(state.value)) return;
    if (id === undefined || asked) abort.abort();
    else void ask("cancel", { body: { id } }).catch(() => abort.abort());
    asked = true;
  };
  return { request, state, log, cancel, over: run(request, state, frames, abort.signal) };
}

async function run(
  request: CallRequest,
  state: Signal<CallState>,
  frames: { push(event: CallEvent): void; flush(): void },
  stopped: AbortSignal,
): Promise<void> {
  try {
    for await (const event of listen<CallEvent>("call", { body: request, signal: stopped }))
      frames.push(event);
    frames.flush();
    if (!isOver(state.value)) throw new Error("The workbench's server ended the call without a word.");
  } catch (error) {
    frames.flush();
    if (!isOver(state.value)) state.value = { ...state.value, ...broken(error, stopped) };
  }
  await Promise.all([loadHistory(), refreshPlugin()]);
}

function broken(error: unknown, { aborted }: AbortSignal): Partial<CallState> {
  if (aborted) return { status: "cancelled" };
  const message = error instanceof Error ? error.message : String(error);
  return { status: "failed", error: { type: "Workbench", message } };
}

function follow(state: CallState, event: CallEvent, log: Signal<CallLog>): CallState {
  if (event.event === "queued") {
    remember(event.id, log);
    return { ...state, status: "waiting", id: event.id, ahead: event.ahead };
  }
  if (event.event !== "end") return state.status === "waiting" ? { ...state, status: "running" } : state;
  const { outcome, numbers, error } = event;
  return { ...state, status: outcome, numbers, ...(error && { error }) };
}

function remember(id: string, log: Signal<CallLog>): void {
  logs.set(id, log);
  const [oldest] = logs.keys();
  if (logs.size > KEPT_LOGS && oldest !== undefined) logs.delete(oldest);
}

export async function loadHistory(): Promise<void> {
  const answer = await ask<History>("calls").catch(() => undefined);
  if (answer) calls.value = answer;
}
