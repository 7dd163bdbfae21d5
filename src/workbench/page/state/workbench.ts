/** What the server said when the page opened, and what stands in the form since. */
import { computed, effect, signal } from "@preact/signals";
import type {
  Bootstrap,
  Connection,
  FaultState,
  ModelList,
  ModelType,
  PluginState,
  Resolved,
  SecretChange,
  SecretStates,
} from "../../contract.ts";
import { ask } from "../api.ts";
import { defaultsOf } from "../connection/form-rules.ts";
import { suggestLocale } from "./preferences.ts";

export const bootstrap = signal<Bootstrap | undefined>(undefined);
export const connection = signal<Connection>({ type: "llm", models: {}, values: {} });
export const secrets = signal<SecretStates>({});
export const faults = signal<FaultState>({ faults: [], on: [] });
export const resolved = signal<Resolved | undefined>(undefined);
export const plugin = signal<PluginState | undefined>(undefined);
/** Ids the server lists, for the field of the model's name. */
export const listed = signal<ModelList>({ models: [] });

export const type = computed(() => connection.value.type);
export const model = computed(() => connection.value.models[type.value] ?? "");
/** The model at hand, with the form it is reached by. */
export const subject = computed(() => ({
  type: type.value,
  model: model.value,
  values: connection.value.values,
}));

export async function loadWorkbench(): Promise<void> {
  const first = await ask<Bootstrap>("bootstrap");
  suggestLocale(first.language);
  const values = { ...defaultsOf(first.form.fields), ...first.connection.values };
  connection.value = { ...first.connection, values };
  secrets.value = first.secrets;
  faults.value = first.faults;
  plugin.value = first.plugin;
  bootstrap.value = first;
  effect(resolveSoon);
}

export function chooseType(next: ModelType): void {
  if (next !== type.value) connection.value = { ...connection.value, type: next };
}

export function isModelType(name: string): name is ModelType {
  return bootstrap.value?.types.some((one) => one.type === name) === true;
}

export function setModel(name: string): void {
  const { models } = connection.value;
  connection.value = { ...connection.value, models: { ...models, [type.value]: name } };
}

export function setValue(variable: string, value: string): void {
  connection.value = { ...connection.value, values: { ...connection.value.values, [variable]: value } };
}

let saving: Promise<void> = Promise.resolve();

/** @param value null takes it away */
export function setSecret(variable: string, value: string | null): Promise<void> {
  saving = save(saving, { variable, value });
  return saving;
}

async function save(before: Promise<void>, change: SecretChange): Promise<void> {
  await before;
  secrets.value = await ask<SecretStates>("secrets", { body: change });
  await resolveNow(connection.value);
}

/** When the server knows every secret that was typed. */
export function secretsSaved(): Promise<void> {
  return saving;
}

/** Everything back to the embedded endpoint. */
export function connectToDemo(): void {
  const { demo } = bootstrap.value ?? {};
  if (!demo) return;
  const values = { ...connection.value.values, endpoint_url: demo.url };
  connection.value = { ...connection.value, models: demo.models, values };
}

export async function switchFaults(on: readonly string[]): Promise<void> {
  faults.value = { ...faults.value, on };
  faults.value = await ask<FaultState>("faults", { method: "PUT", body: { on } });
}

export async function refreshPlugin(): Promise<void> {
  plugin.value = await ask<PluginState>("plugin").catch(() => ({
    state: "stopped" as const,
    answered: 0,
    waiting: 0,
    restarts: 0,
  }));
}

export async function listModels(): Promise<void> {
  const asked = connection.value;
  try {
    listed.value = await ask<ModelList>("models", { body: asked });
  } catch (error) {
    listed.value = { models: [], error: String(error) };
  }
}

let waiting: ReturnType<typeof setTimeout> | undefined;

/** While somebody types, the server is asked when they pause. */
function resolveSoon(): void {
  const asked = connection.value;
  clearTimeout(waiting);
  waiting = setTimeout(() => void resolveNow(asked), 120);
}

async function resolveNow(asked: Connection): Promise<void> {
  const answer = await ask<Resolved>("resolve", { body: asked }).catch(() => undefined);
  // Something newer may have been typed.
  if (answer && asked === connection.value) resolved.value = answer;
}
