/** Language and colours, as the person at this browser wants them. */
import { effect, signal } from "@preact/signals";
import type { Locale } from "../../contract.ts";

export type Theme = "light" | "dark";

const dark = matchMedia("(prefers-color-scheme: dark)");

export const locale = signal<Locale>(stored("language", ["en_US", "zh_Hans"]) ?? "en_US");
/** Undefined follows the system. */
const chosenTheme = signal<Theme | undefined>(stored("theme", ["light", "dark"]));
const systemTheme = signal<Theme>(dark.matches ? "dark" : "light");

export function theme(): Theme {
  return chosenTheme.value ?? systemTheme.value;
}

export function switchTheme(): void {
  chosenTheme.value = theme() === "dark" ? "light" : "dark";
  localStorage.setItem("workbench-theme", chosenTheme.value);
}

export function chooseLocale(next: Locale): void {
  locale.value = next;
  localStorage.setItem("workbench-language", next);
}

/** The server's choice, unless a person has chosen here. */
export function suggestLocale(suggested: Locale): void {
  locale.value = stored("language", ["en_US", "zh_Hans"]) ?? suggested;
}

export function applyPreferences(): void {
  dark.addEventListener("change", () => {
    systemTheme.value = dark.matches ? "dark" : "light";
  });
  effect(() => {
    document.documentElement.dataset["theme"] = theme();
    document.documentElement.lang = locale.value === "zh_Hans" ? "zh-Hans" : "en";
  });
}

function stored<T extends string>(name: string, choices: readonly T[]): T | undefined {
  const found = localStorage.getItem(`workbench-${name}`);
  return choices.find((choice) => choice === found);
}
