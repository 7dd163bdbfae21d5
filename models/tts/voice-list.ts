/** Reads the lists of voices that servers keep, of which no two are alike. */
import type { Voice } from "../../src/dify/replies.ts";

const LIST_NAMES = ["voices", "data", "items", "results"];
const ID_NAMES = ["id", "voice_id", "voice", "uri", "name"];
const TITLE_NAMES = ["name", "display_name", "title"];

/** Thousands (a whole cloud's) are no choice any more. */
const MAX_VOICES = 500;
const MAX_NAME = 255;

/**
 * Names, or objects: `{"voices":["af_bella"]}` (Kokoro-FastAPI before 0.3, vLLM-Omni),
 * `{"voices":[{"id":…,"name":…}]}` (Kokoro-FastAPI, Speaches), `{"data":[{"model":…,"voices":[…]}]}`
 * (Together), a bare array.
 *
 * @param model the one whose voices are wanted, where the list tells them apart
 */
export function readVoices(list: unknown, model: string): Voice[] {
  const voices = new Map<string, Voice>();
  for (const one of collect(list, model)) {
    if (voices.size < MAX_VOICES && !voices.has(one.value)) voices.set(one.value, one);
  }
  return [...voices.values()];
}

function collect(list: unknown, model: string): Voice[] {
  if (Array.isArray(list)) return list.flatMap((item) => readItem(item, model));
  const fields = asFields(list);
  const inner = LIST_NAMES.map((name) => fields[name]).find((value) => Array.isArray(value));
  return inner === undefined ? [] : collect(inner, model);
}

function readItem(item: unknown, model: string): Voice[] {
  if (typeof item === "string") return voice(item, item);
  const fields = asFields(item);
  if (Array.isArray(fields["voices"]))
    return fields["model"] === model ? collect(fields["voices"], model) : [];
  const value = text(fields, ID_NAMES);
  return voice(text(fields, TITLE_NAMES) || value, value);
}

function voice(name: string, value: string): Voice[] {
  const usable = value.trim() !== "" && value.length <= MAX_NAME;
  return usable ? [{ name: name.trim().slice(0, MAX_NAME) || value, value }] : [];
}

function text(fields: Readonly<Record<string, unknown>>, names: readonly string[]): string {
  const found = names.map((name) => fields[name]).find((value) => typeof value === "string" && value !== "");
  return typeof found === "string" ? found : "";
}

function asFields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
