/** What the daemon's debug port demands of a plugin that registers, in the order in which it must come. */
import * as z from "zod";
import { brokenRules } from "./rule.ts";

const i18n = z.object({ en_US: z.string().min(1) });

const formField = z.object({
  variable: z.string().min(1).max(255),
  label: i18n,
  type: z.enum(["text-input", "secret-input", "select", "radio", "switch"]),
  required: z.boolean(),
  default: z.string("section 7.4: a default is text in JSON").nullish(),
  options: z
    .array(z.object({ label: i18n, value: z.string().min(1) }))
    .max(128)
    .nullish(),
  show_on: z
    .array(z.object({ variable: z.string(), value: z.string() }))
    .max(16)
    .nullish(),
});

const form = z.object({
  credential_form_schemas: z
    .array(formField)
    .max(32, "section 7.4: a debug connection takes 32 form fields")
    .nullish(),
});

const manifest = z.object({
  version: z.string().regex(/^\d{1,4}(\.\d{1,4}){2}(-\w{1,16})?$/),
  type: z.literal("plugin"),
  author: z.string().regex(/^[a-z0-9_-]{1,64}$/),
  name: z.string().regex(/^[a-z0-9_-]{1,128}$/),
  label: i18n,
  description: i18n,
  icon: z.string().min(1),
  created_at: z.string().min(1),
  resource: z.object({ memory: z.int().positive() }),
  plugins: z.object({ models: z.array(z.string()).min(1) }),
  meta: z.object({
    version: z.string(),
    arch: z.array(z.enum(["amd64", "arm64"])),
    runner: z.object({ language: z.literal("python"), version: z.string(), entrypoint: z.string() }),
  }),
});

const providers = z.tuple([
  z.object({
    provider: z.string().min(1),
    label: i18n,
    supported_model_types: z.array(z.string()).min(1),
    configurate_methods: z.array(z.enum(["predefined-model", "customizable-model"])).min(1),
    provider_credential_schema: form.nullish(),
    model_credential_schema: form.nullish(),
    models: z.array(z.unknown(), "trap 45: a provider needs the key models, as a list"),
  }),
]);

const assetChunk = z.object({ filename: z.string(), data: z.base64().min(1), end: z.boolean() });

const message = z.strictObject({ type: z.string(), data: z.unknown() });

export interface Registered {
  name: string;
  fields: string[];
  /** File name → bytes. */
  assets: Map<string, Buffer>;
}

export class RegistrationChecker {
  readonly complaints: string[] = [];
  readonly registered: Registered = { name: "", fields: [], assets: new Map() };
  done = false;
  readonly #key: string;
  readonly #seen: string[] = [];

  constructor(key: string) {
    this.#key = key;
  }

  /** Takes one line. Returns the words with which a daemon would hang up. */
  take(line: string): string | undefined {
    const { type, data } = message.parse(JSON.parse(line));
    this.#checkOrder(type);
    this.#seen.push(type);
    switch (type) {
      case "handshake":
        return (data as { key: string }).key === this.#key ? undefined : "handshake failed, invalid key";
      case "manifest_declaration":
        this.#check(manifest, data, "6.2");
        this.registered.name = (data as z.output<typeof manifest>).name;
        return undefined;
      case "model_declaration":
        this.#check(providers, data, "6.3");
        this.registered.fields = fieldsOf(data as z.output<typeof providers>);
        return undefined;
      case "asset_chunk":
        this.#check(assetChunk, data, "7.3");
        this.#addAsset(data as z.output<typeof assetChunk>);
        return undefined;
      case "end":
        this.done = true;
        return undefined;
      default:
        this.complaints.push(`section 7.3: a model plugin does not send ${type}`);
        return undefined;
    }
  }

  #checkOrder(type: string): void {
    const before: Record<string, string> = {
      manifest_declaration: "handshake",
      model_declaration: "manifest_declaration",
      asset_chunk: "model_declaration",
      end: "model_declaration",
    };
    const needed = before[type];
    if (needed !== undefined && !this.#seen.includes(needed)) {
      this.complaints.push(`section 7.3: ${type} came before ${needed}`);
    }
    if (type !== "asset_chunk" && this.#seen.includes(type)) {
      this.complaints.push(`section 7.3: ${type} came twice`);
    }
  }

  #addAsset({ filename, data }: z.output<typeof assetChunk>): void {
    const before = this.registered.assets.get(filename) ?? Buffer.alloc(0);
    this.registered.assets.set(filename, Buffer.concat([before, Buffer.from(data, "base64")]));
  }

  #check(schema: z.ZodType, data: unknown, section: string): void {
    this.complaints.push(...brokenRules(schema, data, section));
  }
}

function fieldsOf([provider]: z.output<typeof providers>): string[] {
  const fields = provider.model_credential_schema?.credential_form_schemas ?? [];
  return fields.map(({ variable }) => variable);
}
