/**
 * `npm run debug`: runs the plugin from its source against a Dify somewhere else, and tells each call.
 *
 * A change of the code is taken for the next call; the connection stays, and calls in flight are answered
 * by the code they began with. A change of a YAML file or an icon needs a new connection.
 */
import { watch, type FSWatcher } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { ModelProvider } from "../dify/models.ts";
import { ConsoleError } from "../import/console-error.ts";
import { UsageError } from "../import/usage-error.ts";
import { DebugAddressError, readDebugAddress } from "../runtime/debug-address.ts";
import { readDeclaration } from "../runtime/declaration.ts";
import type { AnsweredCall } from "../runtime/dispatcher.ts";
import { guardProcess } from "../runtime/guard-process.ts";
import { debugName } from "../runtime/registration.ts";
import { aborted, stopSignal } from "../runtime/stop-signal.ts";
import { DebugClient, RegistrationRefused } from "../runtime/tcp.ts";
import { assertNameIsFree, NameTaken } from "./debug-name.ts";
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

/** What the environment does not hold is taken from `.env`; there need not be one. */
async function readEnvFile(): Promise<void> {
  const text = await readFile(join(root, ".env"), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  // Editors of Windows begin a file with a mark.
  for (const [name, value] of Object.entries(parseEnv(text.replace(/^\uFEFF/, "")))) {
    process.env[name] ||= value;
  }
}

/** @throws NameTaken, UsageError or ConsoleError */
async function checkName(): Promise<void> {
  const { manifest } = await readDeclaration(root);
  const pluginId = `${manifest.author}/${debugName(manifest)}`;
  if (await assertNameIsFree(pluginId, process.env)) return;
  print(`whether ${pluginId} is installed is not known without DIFY_URL, DIFY_EMAIL and DIFY_PASSWORD`);
}

async function main(): Promise<number> {
  await readEnvFile();
  const address = readDebugAddress(process.env);
  await checkName();
  guardProcess();
  const stop = stopSignal();
  const builder = await PluginBuilder.create(root);
  const provider = new Reloaded(await builder.build(print));
  const client = new DebugClient({ ...address, folder: root, provider, log: print, onAnswered: printCall });

  const take = async (
    files: readonly string[],
    done: string,
    act: () => Promise<unknown>,
  ): Promise<boolean> => {
    try {
      await act();
      print(`${files.join(", ")} changed: ${done}`);
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      print(`${files.join(", ")} changed, the last good state stays: ${reason}`);
      return false;
    }
  };
  const reload = async (files: readonly string[]): Promise<void> => {
    const kept = files.filter((file) => OUR_OWN.test(file));
    const code = files.filter((file) => CODE.test(file) && !kept.includes(file));
    const declaration = files.filter((file) => DECLARATION.test(file));
    if (kept.length > 0) print(`${kept.join(", ")} changed: start anew to take it`);
    if (code.length > 0)
      await take(code, "reloaded", async () => provider.replace(await builder.build(print)));
    if (declaration.length === 0) return;
    // It is read once more when it is sent.
    if (await take(declaration, "registering anew", () => readDeclaration(root))) await client.reconnect();
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

/** What the developer can do something about says so itself. */
const TOLD = [DebugAddressError, UsageError, ConsoleError, NameTaken];

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof RegistrationRefused) return `the daemon refused: ${error.message}`;
  return TOLD.some((known) => error instanceof known) ? error.message : (error.stack ?? error.message);
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  return 1;
});
