/** The page's words in the chosen language; the form's own come from the provider's YAML. */
import type { StageId, Words } from "../../contract.ts";
import { locale } from "../state/preferences.ts";
import { STAGES_IN_CHINESE } from "./connection-messages.ts";
import { MESSAGES } from "./messages.ts";

export type MessageKey = keyof typeof MESSAGES;

/** `{name}` in a message stands for a value. */
export function t(key: MessageKey, values: Readonly<Record<string, string | number>> = {}): string {
  const [english, chinese] = MESSAGES[key];
  const text: string = locale.value === "zh_Hans" ? chinese : english;
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function inWords(words: Words): string {
  return words[locale.value];
}

export function optional(words: Words | undefined): string | undefined {
  return words === undefined ? undefined : inWords(words);
}

/** The stages come with English titles. */
export function stageTitle(stage: StageId, english: string): string {
  return locale.value === "zh_Hans" ? STAGES_IN_CHINESE[stage] : english;
}
