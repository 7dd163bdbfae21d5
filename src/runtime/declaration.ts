/** What a plugin tells of itself when it registers by itself: its YAML files and icons, as JSON. */
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as z from "zod";

/** Only what is looked at here; everything else passes as it is. */
const manifestSchema = z.looseObject({
  name: z.string(),
  author: z.string(),
  version: z.coerce.string(),
  label: z.record(z.string(), z.string()),
  plugins: z.object({ models: z.tuple([z.string()], z.string()) }),
});

/** YAML reads `4096` as a number, and the daemon takes text in JSON. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const condition = z.looseObject({ variable: z.string(), value: text });

const formField = z.looseObject({
  variable: z.string(),
  default: text.nullish(),
  options: z.array(z.looseObject({ value: text })).nullish(),
  show_on: z.array(condition).nullish(),
});
export type FormField = z.output<typeof formField>;

const form = z.looseObject({ credential_form_schemas: z.array(formField).nullish() });

const providerSchema = z.looseObject({
  provider: z.string(),
  provider_credential_schema: form.nullish(),
  model_credential_schema: form.nullish(),
  models: z
    .record(
      z.string(),
      z.object({ position: z.string().nullish(), predefined: z.array(z.string()).nullish() }),
    )
    .nullish(),
});

export type Manifest = z.output<typeof manifestSchema>;
type Form = z.output<typeof form>;

export interface ProviderDeclaration {
  [field: string]: unknown;
  provider: string;
  provider_credential_schema?: Form | null | undefined;
  model_credential_schema?: Form | null | undefined;
  /** Whole model entities: the daemon looks into no files here. */
  models: unknown[];
}

export interface Declaration {
  manifest: Manifest;
  provider: ProviderDeclaration;
  /** File name within `_assets` → content. */
  assets: ReadonlyMap<string, Buffer>;
}

/** Reads what lies beside `manifest.yaml`. */
export async function readDeclaration(folder: string): Promise<Declaration> {
  const manifest = manifestSchema.parse(await readYaml(join(folder, "manifest.yaml")));
  const { models, ...provider } = providerSchema.parse(
    await readYaml(join(folder, manifest.plugins.models[0])),
  );
  const predefined = await Promise.all(
    Object.values(models ?? {}).flatMap((type) =>
      (type.predefined ?? []).map((glob) => readAll(folder, glob)),
    ),
  );
  const positions = await Promise.all(
    Object.entries(models ?? {}).map(async ([type, { position }]) =>
      position ? [[type, await readYaml(join(folder, position))] as const] : [],
    ),
  );
  return {
    manifest,
    provider: {
      ...provider,
      models: predefined.flat(),
      ...(positions.flat().length > 0 && { position: Object.fromEntries(positions.flat()) }),
    },
    assets: await readAssets(join(folder, "_assets")),
  };
}

async function readYaml(file: string): Promise<unknown> {
  // Only a plugin that registers by itself reads YAML.
  const { load } = await import("js-yaml");
  return load(await readFile(file, "utf8"), { filename: file });
}

/** The files a pattern such as `models/llm/*.yaml` names, but for those that only order the others. */
async function readAll(folder: string, pattern: string): Promise<unknown[]> {
  const place = join(folder, dirname(pattern));
  const [before = "", after = ""] = basename(pattern).split("*", 2);
  const names = (await readdir(place)).filter(
    (name) =>
      name.startsWith(before) &&
      name.endsWith(after) &&
      name.length >= before.length + after.length &&
      !name.endsWith("_position.yaml"),
  );
  return Promise.all(names.toSorted().map((name) => readYaml(join(place, name))));
}

async function readAssets(folder: string): Promise<Map<string, Buffer>> {
  const names = await readdir(folder);
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
}
