/** The package: its bytes, its content, and the form in it. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, inject, test } from "vitest";
import { fieldLabels } from "../../provider/field-labels.ts";
import { fieldNames, readSettings } from "../../provider/settings.ts";
import { checksum, readArchive, writeArchive } from "../../src/package/archive.ts";
import { buildPackage, pack } from "../../src/package/pack.ts";

const root = join(import.meta.dirname, "../..");

async function packageFiles(): Promise<Map<string, Uint8Array>> {
  return new Map(readArchive(await readFile(inject("packageFile"))));
}

async function readYaml(path: string): Promise<unknown> {
  return load(await readFile(join(root, path), "utf8"));
}

test("the same content gives the same bytes", async () => {
  const before = createHash("sha256")
    .update(await readFile(inject("packageFile")))
    .digest("hex");
  const { file } = await pack(root);
  const after = createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
  expect(after).toBe(before);
});

test("it holds what the daemon looks for, and no folder entries", async () => {
  const files = await packageFiles();
  expect([...files.keys()].toSorted()).toEqual([
    "LICENSE",
    "PRIVACY.md",
    "README.md",
    "_assets/icon.svg",
    "_assets/icon_dark.svg",
    "dist/file-type.cjs",
    "dist/js-yaml.cjs",
    "dist/lambda.cjs",
    "dist/lambda.cjs.map",
    "dist/models.cjs",
    "dist/models.cjs.map",
    "dist/openai.cjs",
    "dist/plugin.cjs",
    "dist/plugin.cjs.map",
    "dist/start.cjs",
    "dist/token-worker.cjs",
    "main.py",
    "manifest.yaml",
    "provider/openai_compatible.yaml",
    "readme/README_zh_Hans.md",
    "requirements.txt",
  ]);
});

test("more than Dify takes is not packed", async () => {
  const files = new Map([["runtime/large.xz", Buffer.alloc(52_428_800)]]);
  const packing = buildPackage(root, { runtime: { platform: "linux-x64", files } });
  await expect(packing).rejects.toThrow(/^the package has \d+ bytes and its files \d+, Dify takes 52428800$/);
});

test("its files name no path of the machine that packed them", async () => {
  for (const [path, bytes] of await packageFiles()) {
    expect(Buffer.from(bytes).includes(root), path).toBe(false);
  }
});

describe("checksum", () => {
  const files = new Map([
    ["b.txt", Buffer.from("2")],
    ["a/é.txt", Buffer.from("1")],
  ]);

  test("is that of the daemon's rule, computed apart", () => {
    expect(checksum(files)).toBe("be73cf424f0a81acea3b8af99bfba69d2025483e166d807a9413af8b15309553");
  });

  test("depends on names and content, not on order", () => {
    expect(checksum(new Map([...files].toReversed()))).toBe(checksum(files));
    expect(checksum(new Map([...files, ["c", Buffer.from("")]]))).not.toBe(checksum(files));
    expect(checksum(readArchive(writeArchive(files)) as Map<string, Uint8Array>)).toBe(checksum(files));
  });
});

test("manifest and package.json agree on the version", async () => {
  const manifest = (await readYaml("manifest.yaml")) as { version: string };
  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  expect(manifest.version).toBe(version);
});

interface Field {
  variable: string;
  label: { en_US: string; zh_Hans: string };
  placeholder?: { en_US: string; zh_Hans: string };
  type: string;
  required: boolean;
  default?: string;
  options?: { value: string; label: { en_US: string; zh_Hans: string } }[];
  show_on?: { variable: string; value: string }[];
}

describe("the form", async () => {
  const provider = (await readYaml("provider/openai_compatible.yaml")) as {
    model_credential_schema: { credential_form_schemas: Field[] };
  };
  const fields = provider.model_credential_schema.credential_form_schemas;

  test("offers every field the plugin reads, and no other", () => {
    const offered = new Set(fields.map(({ variable }) => variable));
    offered.delete("advanced");
    expect([...offered].toSorted()).toEqual([...fieldNames].toSorted());
  });

  test("shows no field under two conditions at once that exclude each other", () => {
    for (const { variable, show_on = [] } of fields) {
      const asked = show_on.map((condition) => condition.variable);
      expect([variable, new Set(asked).size]).toEqual([variable, asked.length]);
    }
  });

  test("calls the fields what the plugin's errors call them", () => {
    const labels = Object.fromEntries(
      fields.map(({ variable, label }) => [variable, { en: label.en_US, zh: label.zh_Hans }]),
    );
    delete labels["advanced"];
    expect(labels).toEqual(fieldLabels);
  });

  test.each(
    fields.map((field) => [`${field.variable} ${JSON.stringify(field.show_on ?? "")}`, field] as const),
  )("%s keeps to what Dify draws", (_name, field) => {
    expect(["text-input", "secret-input", "select", "radio"]).toContain(field.type);
    expect(typeof field.required).toBe("boolean");
    // A second line would collide with the input; a long placeholder is cut.
    expect(field.label.en_US.length).toBeLessThanOrEqual(60);
    expect(field.label.zh_Hans).toBeTruthy();
    expect(field.placeholder?.en_US.length ?? 0).toBeLessThanOrEqual(70);
    // Dify stores the default of a secret as its mask.
    if (field.type === "secret-input") expect(field.default).toBeUndefined();
    // A select can be left empty but never emptied again.
    if (field.type === "select") expect(field.default).toBe("auto");
  });

  test("asks for the address only; all else works when it is empty", () => {
    expect(fields.filter(({ required }) => required).map(({ variable }) => variable)).toEqual([
      "endpoint_url",
    ]);
    const empty = Object.fromEntries(fields.map(({ variable }) => [variable, ""]));
    expect(readSettings(empty).complaints).toEqual([]);
    expect(readSettings({}).settings).toEqual(readSettings(empty).settings);
  });

  test("every option is understood", () => {
    for (const { variable, options = [] } of fields) {
      if (variable === "advanced") continue;
      for (const { value } of options) expect(readSettings({ [variable]: value }).complaints).toEqual([]);
    }
  });

  test("what hides a field repeats the gate, and fields listed twice differ in nothing else", () => {
    const gated = fields.filter(({ show_on }) => show_on);
    for (const { show_on } of gated)
      expect(show_on).toContainEqual({ variable: "advanced", value: "manual" });
    const seen = new Map<string, string>();
    for (const { show_on: _show, ...rest } of fields) {
      expect(JSON.stringify(rest)).toBe(seen.get(rest.variable) ?? JSON.stringify(rest));
      seen.set(rest.variable, JSON.stringify(rest));
    }
  });
});
