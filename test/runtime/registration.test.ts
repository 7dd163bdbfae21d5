import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readDebugAddress } from "../../src/runtime/debug-address.ts";
import { readDeclaration } from "../../src/runtime/declaration.ts";
import { register } from "../../src/runtime/registration.ts";
import { RegistrationChecker } from "../stand-in-daemon/check-registration.ts";

let folder: string;

const field = (variable: string, ...types: string[]) =>
  (types.length === 0 ? [undefined] : types).map((type) => ({
    variable,
    label: { en_US: variable },
    type: "text-input",
    required: false,
    default: 4096,
    show_on: [
      { variable: "advanced", value: "manual" },
      ...(type === undefined ? [] : [{ variable: "__model_type", value: type }]),
    ],
  }));

async function write(path: string, content: unknown): Promise<void> {
  // JSON is YAML.
  await writeFile(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "declaration-"));
  for (const path of ["_assets", "provider", "models/llm"]) {
    // oxlint-disable-next-line no-await-in-loop
    await mkdir(join(folder, path), { recursive: true });
  }
  await write("manifest.yaml", {
    version: "0.0.1",
    type: "plugin",
    author: "acme",
    name: "models",
    icon: "icon.svg",
    label: { en_US: "Acme" },
    description: { en_US: "d" },
    created_at: "2026-01-15T10:00:00Z",
    resource: { memory: 1, permission: {} },
    plugins: { models: ["provider/acme.yaml"] },
    meta: {
      version: "0.0.1",
      arch: [],
      runner: { language: "python", version: "3.12", entrypoint: "main" },
    },
  });
  const numbered = Array.from({ length: 31 }, (_, i) => field(`field_${i}`)).flat();
  await write("provider/acme.yaml", {
    provider: "acme",
    label: { en_US: "Acme" },
    supported_model_types: ["llm"],
    configurate_methods: ["predefined-model"],
    model_credential_schema: {
      model: { label: { en_US: "Model" } },
      credential_form_schemas: [...field("size", "llm", "rerank"), ...numbered, ...field("last")],
    },
    models: { llm: { position: "models/llm/_position.yaml", predefined: ["models/llm/*.yaml"] } },
  });
  await write("models/llm/b.yaml", { model: "b" });
  await write("models/llm/a.yaml", { model: "a" });
  await write("models/llm/notes.txt", "no model");
  await write("models/llm/_position.yaml", ["b", "a"]);
  await write("_assets/icon.svg", "x".repeat(20_000));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the registration of a plugin", () => {
  test("passes the daemon's rules, with predefined models as a list and assets whole", async () => {
    const { lines, pluginId } = register(await readDeclaration(folder), "key");
    const checker = new RegistrationChecker("key");
    for (const line of lines) expect(checker.take(line)).toBeUndefined();
    expect(checker.complaints).toEqual([]);
    expect(checker.done).toBe(true);
    expect(checker.registered.assets.get("icon.svg")?.length).toBe(20_000);
    expect(pluginId).toBe("acme/models_debug");
    const [provider] = (JSON.parse(lines[2] ?? "") as { data: [Record<string, unknown>] }).data;
    expect(provider).toMatchObject({
      models: [{ model: "a" }, { model: "b" }],
      position: { llm: ["b", "a"] },
    });
  });

  test("merges fields listed for several types before it leaves any out", async () => {
    const { lines, leftOut } = register(await readDeclaration(folder), "key");
    expect(leftOut).toEqual(["last"]);
    const [{ model_credential_schema: form }] = (
      JSON.parse(lines[2] ?? "") as {
        data: [
          { model_credential_schema: { credential_form_schemas: { show_on: unknown; default: unknown }[] } },
        ];
      }
    ).data;
    expect(form.credential_form_schemas.length).toBe(32);
    expect(form.credential_form_schemas[0]).toMatchObject({
      variable: "size",
      default: "4096",
      show_on: [{ variable: "advanced", value: "manual" }],
    });
  });
});

describe("the address of the debug port", () => {
  test.each([
    [{ REMOTE_INSTALL_URL: "dify.example:5003" }, "dify.example", 5003],
    [{ REMOTE_INSTALL_URL: "tcp://dify.example:15003/" }, "dify.example", 15_003],
    [{ REMOTE_INSTALL_URL: " dify.example " }, "dify.example", 5003],
    [{ REMOTE_INSTALL_URL: "[::1]:5003" }, "::1", 5003],
    [{ REMOTE_INSTALL_HOST: "10.0.0.1", REMOTE_INSTALL_PORT: "5004" }, "10.0.0.1", 5004],
    [{ REMOTE_INSTALL_HOST: "10.0.0.1" }, "10.0.0.1", 5003],
  ])("%j", (env, host, port) => {
    expect(readDebugAddress({ ...env, REMOTE_INSTALL_KEY: "k" })).toEqual({ host, port, key: "k" });
  });

  test.each([
    [{ REMOTE_INSTALL_URL: "h:1" }, "REMOTE_INSTALL_KEY"],
    [{ REMOTE_INSTALL_KEY: "k" }, "REMOTE_INSTALL_URL"],
    [{ REMOTE_INSTALL_KEY: "k", REMOTE_INSTALL_URL: "h:port" }, "REMOTE_INSTALL_URL"],
    [{ REMOTE_INSTALL_KEY: "k", REMOTE_INSTALL_URL: "h/path" }, "REMOTE_INSTALL_URL"],
  ])("%j is refused by the name of the variable", (env, name) => {
    expect(() => readDebugAddress(env)).toThrow(name);
  });
});
