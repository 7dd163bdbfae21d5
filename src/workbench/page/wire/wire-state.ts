/** Which call of the wire is looked at, and how. */
import { signal, type Signal } from "@preact/signals";
import type { CallEvent, CallRequest, Curl, Fixture, ModelType } from "../../contract.ts";
import { ask, askForText, listen } from "../api.ts";
import { perFrame } from "../per-frame.ts";
import { goTo } from "../route.ts";
import { extendLog, logSignal, type CallLog, type WireEvent } from "../state/call-log.ts";
import { logs, startCall } from "../state/calls.ts";
import { connection } from "../state/workbench.ts";
import { requestOfLine } from "./replay.ts";
import type { View } from "./show-payload.ts";

export const view = signal<View>("pretty");
export const search = signal("");
export const chosenEvent = signal<number | undefined>(undefined);

export type Opened =
  | { readonly status: "none" | "loading" }
  | { readonly status: "missing"; readonly error: string }
  | { readonly status: "open"; readonly log: Signal<CallLog> };

export const opened = signal<Opened>({ status: "none" });

/** The last one asked for: an earlier one may be told later. */
let wanted: string | undefined;

/** Calls of this page are there already, also while they run; of others the server tells again. */
export async function openCall(id: string | undefined): Promise<void> {
  wanted = id;
  chosenEvent.value = undefined;
  search.value = "";
  if (id === undefined) {
    opened.value = { status: "none" };
    return;
  }
  const known = logs.get(id);
  if (known) {
    opened.value = { status: "open", log: known };
    return;
  }
  const log = logSignal(id);
  opened.value = { status: "loading" };
  try {
    const frames = perFrame<CallEvent>((events) => {
      log.value = extendLog(log.value, events);
    });
    for await (const event of listen<CallEvent>(`calls/${encodeURIComponent(id)}`)) frames.push(event);
    frames.flush();
    if (wanted === id) opened.value = { status: "open", log };
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    if (wanted === id) opened.value = { status: "missing", error: told };
  }
}

/** What a chunk became, or the chunk a line came of. */
export function relatedTo(event: WireEvent | undefined, events: readonly WireEvent[]): WireEvent[] {
  if (event?.event === "http-chunk") {
    return events.filter((one) => one.event === "dify-out" && one.from === event.n);
  }
  if (event?.event !== "dify-out" || event.from === undefined) return [];
  return events.filter(({ n }) => n === event.from);
}

export async function curlOf(id: string, exchange: number): Promise<string> {
  return (await ask<Curl>(`calls/${encodeURIComponent(id)}/curl/${exchange}`)).command;
}

export function fixtureOf(id: string): Promise<Fixture> {
  return ask<Fixture>(`calls/${encodeURIComponent(id)}/fixture`);
}

/** The same call once more, with the form as it is now. */
export async function replay(id: string, type: ModelType, events: readonly WireEvent[]): Promise<void> {
  const first = events.find((event) => event.event === "dify-in");
  const line =
    first?.line.tail === undefined
      ? (first?.line.text ?? "")
      : await askForText(`calls/${encodeURIComponent(id)}/raw/${first.n}`);
  const request: CallRequest | undefined = requestOfLine(type, line, connection.value.values);
  if (!request) throw new Error("The line of this call cannot be read.");
  const call = startCall(request);
  const stop = call.state.subscribe(({ id: begun }) => {
    if (begun === undefined) return;
    queueMicrotask(() => stop());
    goTo({ screen: "wire", call: begun });
  });
}
