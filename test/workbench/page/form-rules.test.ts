/** Dify's rules for forms that the provider's own YAML does not show all of. */
import { expect, test } from "vitest";
import type { Field } from "../../../src/workbench/contract.ts";
import {
  defaultsOf,
  isShown,
  lostFields,
  missingFields,
  shownFields,
  valuesThatShow,
} from "../../../src/workbench/page/connection/form-rules.ts";

const words = (text: string): Field["label"] => ({ en_US: text, zh_Hans: text });

function field(variable: string, rest: Partial<Field> = {}): Field {
  return { variable, label: words(variable), type: "text-input", required: false, showOn: [], ...rest };
}

const when = (...pairs: [string, string][]): Field["showOn"][number] =>
  pairs.map(([variable, value]) => ({ variable, value }));

const gate = field("gate", { type: "radio", default: "off" });
const parent = field("parent", { showOn: [when(["gate", "on"])] });
const child = field("child", { showOn: [when(["parent", "yes"])] });
const byType = field("size", {
  showOn: [when(["gate", "on"], ["__model_type", "llm"]), when(["gate", "on"], ["__model_type", "rerank"])],
});
const fields = [gate, parent, child, byType];

test("conditions do not chain: a child of a hidden field stays", () => {
  const shown = shownFields(fields, "llm", { gate: "off", parent: "yes" });
  expect(shown.map(({ variable }) => variable)).toEqual(["gate", "child"]);
});

test("all conditions of a list must hold, of any list", () => {
  expect(isShown(byType, "llm", { gate: "on" })).toBe(true);
  expect(isShown(byType, "rerank", { gate: "on" })).toBe(true);
  expect(isShown(byType, "tts", { gate: "on" })).toBe(false);
  expect(isShown(byType, "llm", { gate: "off" })).toBe(false);
});

function lost(values: Record<string, string>, type: "llm" | "tts"): string[] {
  return lostFields(fields, type, values).map(({ variable }) => variable);
}

test("a value of the type that is hidden would be lost, a default or another type's would not", () => {
  expect(lost({ gate: "off", size: "4k" }, "llm")).toEqual(["size"]);
  expect(lost({ gate: "on", size: "4k" }, "llm")).toEqual([]);
  expect(lost({ gate: "off", size: "4k" }, "tts")).toEqual([]);
  expect(lost({ gate: "off", size: "" }, "llm")).toEqual([]);
});

test("what makes a field show is known, the type apart", () => {
  expect(valuesThatShow(byType, "rerank", { gate: "off" })).toEqual({ gate: "on" });
  expect(valuesThatShow(byType, "rerank", { gate: "on" })).toEqual({});
  expect(valuesThatShow(byType, "tts", { gate: "off" })).toEqual({});
});

test("defaults are filled in, and only what is required may be missing", () => {
  expect(defaultsOf(fields)).toEqual({ gate: "off" });
  const url = field("url", { required: true });
  const key = field("key", { required: true, type: "secret-input" });
  const missing = missingFields([gate, url, key], {}, (variable) => variable === "key");
  expect(missing.map(({ variable }) => variable)).toEqual(["url"]);
});
