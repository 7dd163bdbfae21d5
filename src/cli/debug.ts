/**
 * `npm run debug`: runs the plugin from its source against a Dify somewhere else, and tells each call.
 *
 * A change of the code is taken for the next call; the connection stays, and calls in flight are answered
 * by the code they began with. A change of a YAML file or an icon needs a new connection.
 */
import { watch, type FSWatcher } from "node:fs";
import { join } from "node:path";
import type { ModelProvider } from "../dify/models.ts";
import { DebugAddressError, readDebugAddress } from "../runtime/debug-address.ts";
import type { AnsweredCall } from "../runtime/dispatcher.ts";
import { guardProcess } from "../runtime/guard-process.ts";
import { aborted, stopSignal } from "../runtime/stop-signal.ts";
import { DebugClient, RegistrationRefused } from "../runtime/tcp.ts";
import { PluginBuilder } from "./plugin-builder.ts";

const root = join(import.meta.dirname, "../..");
const FOLDERS = ["src", "models", "provider", "_assets"];
const CODE = /\.(?:ts|json)$/;
/** What runs the plugin stays as it is while it runs. */
const OUR_OWN = /^src\/(?:runtime|cli)\//;
const DECLARATION = /\.(?:yaml|svg|png)$/;
/** Editors write a file in several steps, and others beside it. */
const SETTLE_MS = 200;

function print(line: string): void {
  process.stdout.write(`${new Date().toTimeString().slice(0, 8)}  ${line}\n`);
}

function printCall({ action, model, error, milliseconds }: AnsweredCall): void {
  // A model's name comes from a form.
  const name = (model ?? "-").replaceAll(/\p{C}/gu, "?").slice(0, 40);
  const took = `${Math.round(milliseconds)} ms`;
  print(`${action.slice(0, 40).padEnd(29)}  ${name.padEnd(24)}  ${took.padStart(9)}  ${error ?? "ok"}`);
}

/** The provider as it was built last; calls in flight keep the one they began with. */
class Reloaded implements ModelProvider {
  #current: ModelProvider;

  constructor(first: ModelProvider) {
    this.#current = first;
  }

  get models(): ModelProvider["models"] {
    return this.#current.models;
  }

  validateCredentials(...call: Parameters<ModelProvider["validateCredentials"]>) {
    return this.#current.validateCredentials(...call);
  }

  replace(provider: ModelProvider): void {
    this.#current = provider;
  }
}

async function main(): Promise<number> {
  try {
    process.loadEnvFile(join(root, ".env"));
  } catch {
    // The environment may hold it all.
  }
  const address = readDebugAddress(process.env);
  guardProcess();
  const stop = stopSignal();
  const builder = await PluginBuilder.create(root);
  const provider = new Reloaded(await builder.build(print));
  const client = new DebugClient({ ...address, folder: root, provider, log: print, onAnswered: printCall });

  const rebuild = async (names: string): Promise<void> => {
    try {
      provider.replace(await builder.build(print));
      print(`${names} changed: reloaded`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      print(`${names} changed, the last good state stays: ${reason}`);
    }
  };
  const reload = async (files: readonly string[]): Promise<void> => {
    const kept = files.filter((file) => OUR_OWN.test(file));
    const code = files.filter((file) => CODE.test(file) && !kept.includes(file));
    const declaration = files.filter((file) => DECLARATION.test(file));
    if (kept.length > 0) print(`${kept.join(", ")} changed: start anew to take it`);
    if (code.length > 0) await rebuild(code.join(", "));
    if (declaration.length === 0) return;
    print(`${declaration.join(", ")} changed: registering anew`);
    await client.reconnect();
  };
  // One after the other: the last change wins.
  let reloading = Promise.resolve();
  const watchers = watchFiles((files) => (reloading = reloading.then(() => reload(files))));
  void aborted(stop).then(() => client.stop());
  try {
    await client.run();
  } finally {
    for (const watcher of watchers) watcher.close();
    await builder.close();
  }
  return 0;
}

/** Tells files that change at once together. */
function watchFiles(onChange: (files: string[]) => unknown): FSWatcher[] {
  const files = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    onChange([...files]);
    files.clear();
  };
  const changed = (file: string): void => {
    if (!CODE.test(file) && !DECLARATION.test(file)) return;
    files.add(file);
    clearTimeout(timer);
    timer = setTimeout(tell, SETTLE_MS);
  };
  const folders = FOLDERS.map((folder) =>
    watch(join(root, folder), { recursive: true }, (_event, file) => changed(join(folder, file ?? ""))),
  );
  // An editor may put a new file in the place of the old one, which a watch of the file itself would miss.
  const top = watch(root, (_event, file) => file === "manifest.yaml" && changed(file));
  return [...folders, top];
}

/** What the admin can do something about is told in its own words. */
function explain(error: unknown): string {
  if (error instanceof DebugAddressError) return error.message;
  if (error instanceof RegistrationRefused) return `the daemon refused: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  return 1;
});
