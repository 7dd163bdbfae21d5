/** Validates the form: the check engine's stages, and then what the plugin itself answers Dify. */
import { signal } from "@preact/signals";
import type { ValidateEvent } from "../../contract.ts";
import { ask, listen } from "../api.ts";
import {
  bootstrap,
  chooseType,
  connection,
  secretsSaved,
  setModel,
  setValue,
  subject,
} from "../state/workbench.ts";
import { valuesThatShow } from "./form-rules.ts";
import { climb, NO_LADDER, type Ladder } from "./ladder-state.ts";
import { loadHistory } from "../state/calls.ts";

export const ladder = signal<Ladder>(NO_LADDER);

/** What was validated: the form may have changed since. */
export const validated = signal(subject.value);

let abort = new AbortController();

export async function validate(): Promise<void> {
  abort.abort();
  abort = new AbortController();
  const { signal: stopped } = abort;
  ladder.value = { ...NO_LADDER, status: "running" };
  bringLadderIntoView();
  try {
    await secretsSaved();
    validated.value = subject.value;
    for await (const event of listen<ValidateEvent>("validate", { body: subject.value, signal: stopped })) {
      if (!stopped.aborted) ladder.value = climb(ladder.value, event);
    }
  } catch (error) {
    if (stopped.aborted) return;
    const told = error instanceof Error ? error.message : String(error);
    ladder.value = climb(ladder.value, { event: "end", outcome: "failed", error: told });
  }
  void loadHistory();
}

/** In a narrow window it stands below the form. */
function bringLadderIntoView(): void {
  const card = document.querySelector("#ladder-title")?.closest(".card");
  if (card && card.getBoundingClientRect().top > innerHeight * 0.8) card.scrollIntoView({ block: "start" });
}

export function stopValidation(): void {
  const { id } = ladder.value;
  if (id === undefined) abort.abort();
  else void ask("cancel", { body: { id } }).catch(() => abort.abort());
}

/** Fills a value in that a problem proposes, and goes there. */
export function takeValue(variable: string, value: string): void {
  if (variable === "model") setModel(value);
  else if (variable === "model_type") {
    const type = bootstrap.value?.types.find((one) => one.type === value)?.type;
    if (type) chooseType(type);
  } else {
    show(variable);
    setValue(variable, value);
  }
  goToField(variable);
}

/** Makes a field show that hides behind another one's value. */
function show(variable: string): void {
  const field = bootstrap.value?.form.fields.find((one) => one.variable === variable);
  if (!field) return;
  const { type, values } = connection.value;
  for (const [name, needed] of Object.entries(valuesThatShow(field, type, values))) setValue(name, needed);
}

export function goToField(variable: string): void {
  show(variable);
  requestAnimationFrame(() => {
    const input = document.querySelector<HTMLElement>(`#field-${CSS.escape(variable)}`);
    input?.scrollIntoView({ block: "center" });
    input?.focus();
    const field = input?.closest(".field");
    field?.classList.add("touched");
    setTimeout(() => field?.classList.remove("touched"), 1_600);
  });
}
