/** Asks the packaged plugin one thing, as Dify does, and records it. */
import { PluginError } from "../host/plugin-process.ts";
import { CallRecord } from "./call-record.ts";
import { now } from "./clock.ts";
import type { CallEvent, PluginFailure } from "./contract.ts";
import { difyRequest, type Call } from "./dify-request.ts";
import { storedModel, targetOf } from "./subject.ts";
import type { Workshop } from "./workshop.ts";

/** @param tell gets every event when it happens */
export async function runCall(
  call: Call,
  workshop: Workshop,
  id: string,
  tell: (event: CallEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { host, history, provider } = workshop;
  const stored = storedModel(call, workshop);
  const data = difyRequest(call);
  const record = new CallRecord(id, stored, data, host.open, tell);
  history.add(record);
  try {
    await host.call({ ...targetOf(stored, provider), ...data }, record, signal);
    record.end("done", undefined, now());
  } catch (error) {
    if (signal.aborted) record.end("cancelled", undefined, now());
    else record.end("failed", failureOf(error, stored.scrub.text.bind(stored.scrub)), now());
  }
  history.trim();
}

/** What Dify would be told; a plugin that died is told of in its own last words. */
export function failureOf(error: unknown, scrub: (text: string) => string): PluginFailure {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { type: error instanceof PluginError ? error.type : name, message: scrub(message) };
}
