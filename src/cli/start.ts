/**
 * `npm start`: packs the plugin, extracts it as Dify's daemon would, starts it through its launcher, and
 * validates and invokes every model type, against the embedded demo endpoint or a server of yours.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { DEMO_MODELS } from "../demo/demo-models.ts";
import { startDemoEndpoint } from "../demo/server.ts";
import { launchPackage } from "../host/launch.ts";
import { extract } from "../package/extract.ts";
import { pack } from "../package/pack.ts";
import { demonstrate, MODEL_TYPES, type Memory, type Subject } from "./demonstration.ts";

const USAGE = `Usage: npm start
       npm start -- --url URL --model ID [--type TYPE] [--key-env NAME]

  --url URL        a server of yours in place of the embedded demo endpoint
  --model ID       the model's name there
  --type TYPE      ${MODEL_TYPES.join(", ")} (default: llm)
  --key-env NAME   the environment variable that holds the key
`;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The subjects the command line asks for; undefined when it asks for none, null when it makes no sense. */
function readArguments(): Subject[] | undefined | null {
  try {
    const { values } = parseArgs({
      options: {
        url: { type: "string" },
        model: { type: "string" },
        type: { type: "string", default: "llm" },
        "key-env": { type: "string" },
      },
    });
    if (values.url === undefined && values.model === undefined) return undefined;
    const type = MODEL_TYPES.find((known) => known === values.type);
    if (values.url === undefined || values.model === undefined || !type) return null;
    const keyName = values["key-env"];
    const key = keyName === undefined ? "" : process.env[keyName];
    if (key === undefined) {
      process.stderr.write(`The environment holds no ${keyName}.\n`);
      return null;
    }
    return [{ type, model: values.model, credentials: { endpoint_url: values.url, api_key: key } }];
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  }
}

async function main(): Promise<number> {
  const chosen = readArguments();
  if (chosen === null) {
    process.stderr.write(USAGE);
    return 64;
  }
  const root = join(import.meta.dirname, "../..");
  const packed = await pack(root);
  const file = relative(process.cwd(), packed.file);
  print(`packed     ${file}, ${(packed.bytes / 1e6).toFixed(1)} MB`);

  const folder = await mkdtemp(join(tmpdir(), "dify-plugin-"));
  const demo = chosen ? undefined : await startDemoEndpoint();
  const started = performance.now();
  await extract(await readFile(packed.file), folder);
  const plugin = launchPackage(folder, {
    node: process.execPath,
    onLog: (line) => print(`  log      ${line}`),
  });
  let ok = true;
  try {
    await plugin.ready;
    print(`ready      after ${Math.round(performance.now() - started)} ms, through its launcher main.py`);
    if (demo) print(`endpoint   ${demo.url} - the embedded demo, no model behind it`);
    const subjects =
      chosen ??
      MODEL_TYPES.map((type) => ({
        type,
        model: DEMO_MODELS[type],
        credentials: { endpoint_url: demo?.url ?? "" },
      }));
    const memory: Memory = {};
    for (const subject of subjects) {
      print(`\n${subject.type}, model ${subject.model}`);
      // oxlint-disable-next-line no-await-in-loop
      const went = await demonstrate(plugin, subject, memory, (step, milliseconds, result, passed) =>
        print(
          `  ${passed ? "ok  " : "FAIL"} ${step.padEnd(27)} ${String(Math.round(milliseconds)).padStart(6)} ms  ${result}`,
        ),
      );
      ok &&= went;
    }
  } finally {
    plugin.endInput();
    await plugin.exited;
    await demo?.close();
    await rm(folder, { recursive: true, force: true });
  }
  print(`\nTo install it in Dify, upload ${file}: Plugins > Install plugin > Local package file.`);
  print(`Dify's daemon must accept unsigned packages (FORCE_VERIFYING_SIGNATURE=false).`);
  print(`identifier ${packed.identifier}`);
  print(`\nTo try it in a browser before that: npm run workbench`);
  return ok ? 0 : 1;
}

process.exitCode = await main();
