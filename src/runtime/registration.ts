/** The lines with which a plugin registers at the daemon's debug port. */
import type { Declaration, FormField, Manifest, ProviderDeclaration } from "./declaration.ts";

/** The debug connection takes no longer forms, though an installed plugin may have them. */
const MAX_FORM_FIELDS = 32;

/** What the daemon decodes at once; Dify's own SDK sends as much. A multiple of three needs no padding. */
const CHUNK_BYTES = 8_190;

export interface Registration {
  lines: string[];
  /** `author/name` it registers under. */
  pluginId: string;
  /** Form fields that did not fit. */
  leftOut: string[];
}

/** Nobody can choose another: the name of an installed plugin would have it removed. */
export function debugName({ name }: Pick<Manifest, "name">): string {
  return `${name}_debug`;
}

/**
 * Registers under a name of its own: the daemon gives a debug connection no calls of a plugin that is
 * installed, and uninstalls that plugin when the connection ends.
 */
export function register(declaration: Declaration, key: string): Registration {
  const name = debugName(declaration.manifest);
  const label = Object.fromEntries(
    Object.entries(declaration.manifest.label).map(([language, words]) => [language, `${words} (debug)`]),
  );
  const { provider, leftOut } = shortenForms(declaration.provider);
  return {
    pluginId: `${declaration.manifest.author}/${name}`,
    leftOut,
    lines: [
      message("handshake", { key }),
      message("manifest_declaration", { ...declaration.manifest, name, label }),
      message("model_declaration", [{ ...provider, label }]),
      ...[...declaration.assets].flatMap(([filename, bytes]) =>
        chunksOf(bytes).map((chunk, i, { length }) =>
          message("asset_chunk", { filename, data: chunk.toString("base64"), end: i === length - 1 }),
        ),
      ),
      message("end", {}),
    ],
  };
}

function message(type: string, data: unknown): string {
  return JSON.stringify({ type, data });
}

function shortenForms(provider: ProviderDeclaration): { provider: ProviderDeclaration; leftOut: string[] } {
  const leftOut: string[] = [];
  const shortened = { ...provider };
  for (const key of ["provider_credential_schema", "model_credential_schema"] as const) {
    const form = provider[key];
    const fields = form?.credential_form_schemas ?? [];
    if (!form || fields.length <= MAX_FORM_FIELDS) continue;
    const merged = mergeRepeated(fields);
    shortened[key] = { ...form, credential_form_schemas: merged.slice(0, MAX_FORM_FIELDS) };
    leftOut.push(...merged.slice(MAX_FORM_FIELDS).map(({ variable }) => variable));
  }
  return { provider: shortened, leftOut };
}

/** A field listed once for each model type becomes one field, with the conditions they share. */
function mergeRepeated(fields: readonly FormField[]): FormField[] {
  const merged = new Map<string, FormField>();
  for (const field of fields) {
    const before = merged.get(field.variable);
    const shared = before?.show_on?.filter((a) =>
      field.show_on?.some((b) => a.variable === b.variable && a.value === b.value),
    );
    merged.set(field.variable, before ? { ...before, show_on: shared ?? [] } : field);
  }
  return [...merged.values()];
}

function chunksOf(bytes: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    chunks.push(bytes.subarray(start, start + CHUNK_BYTES));
  }
  return chunks;
}
