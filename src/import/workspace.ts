/** The workspace models are added to: its provider, the models it has, one more. */
import * as z from "zod";
import type { DifyConsole } from "./console.ts";
import { ConsoleError } from "./console-error.ts";
import { formFields, type FormField } from "./form-values.ts";
import type { ModelType } from "./model-type.ts";

/** How Dify names a provider: author, plugin, provider. */
const OWN_PROVIDER = /(?:^|\/)openai_compatible\/openai_compatible$/;

const tenant = z.object({ name: z.string().nullish(), role: z.string().nullish() });

const providers = z.object({
  data: z.array(
    z.object({
      provider: z.string(),
      supported_model_types: z.array(z.string()),
      model_credential_schema: z.object({ credential_form_schemas: formFields }).nullish().catch(undefined),
      custom_configuration: z.object({
        custom_models: z
          .array(
            z.object({
              model: z.string(),
              model_type: z.string(),
              unadded_to_model_list: z.boolean().nullish(),
            }),
          )
          // Absent before 1.8.
          .nullable(),
      }),
    }),
  ),
});

export interface WorkspaceModel {
  readonly model: string;
  readonly type: string;
}

export interface Workspace {
  readonly name: string;
  /** Such as `author/openai_compatible/openai_compatible`. */
  readonly provider: string;
  readonly modelTypes: readonly string[];
  readonly form: readonly FormField[];
  readonly models: readonly WorkspaceModel[];
}

/** @param wanted the provider's whole name; absent: this plugin's @throws ConsoleError */
export async function readWorkspace(dify: DifyConsole, wanted?: string): Promise<Workspace> {
  await dify.logIn();
  const { address } = dify;
  const { name, role } = parsed(tenant, await dify.post("/workspaces/current", {}), dify);
  if (role && role !== "owner" && role !== "admin")
    throw new ConsoleError("no-admin", { address, words: role });
  const { data } = parsed(providers, await dify.get("/workspaces/current/model-providers"), dify);
  const found = data.filter(({ provider }) =>
    wanted === undefined ? OWN_PROVIDER.test(provider) : provider === wanted,
  );
  const [one, ...others] = found;
  if (!one) throw new ConsoleError("no-plugin", { address, words: wanted ?? "openai_compatible" });
  if (others.length > 0) {
    const words = found.map(({ provider }) => provider).join(", ");
    throw new ConsoleError("several-plugins", { address, words });
  }
  return {
    name: name ?? "",
    provider: one.provider,
    modelTypes: one.supported_model_types,
    form: one.model_credential_schema?.credential_form_schemas ?? [],
    models: (one.custom_configuration.custom_models ?? [])
      // Taken off the list, with its key still there.
      .filter(({ unadded_to_model_list: unadded }) => unadded !== true)
      .map(({ model, model_type: type }) => ({ model, type })),
  };
}

/** What Save does in the form: the plugin validates the model first. @throws ConsoleError with its words */
export async function addModel(
  dify: DifyConsole,
  provider: string,
  { model, type }: { model: string; type: ModelType },
  credentials: Readonly<Record<string, string>>,
): Promise<void> {
  const path = `/workspaces/current/model-providers/${provider}/models/credentials`;
  await dify.post(path, { model, model_type: type, credentials, name: null });
}

const credentials = z.object({
  credentials: z.looseObject({ endpoint_url: z.string().nullish() }).nullish(),
});

/** The Base URL a model of the workspace is saved with. @throws ConsoleError */
export async function savedAddress(
  dify: DifyConsole,
  provider: string,
  { model, type }: WorkspaceModel,
): Promise<string | undefined> {
  const query = new URLSearchParams({ model, model_type: type, config_from: "custom-model" });
  const path = `/workspaces/current/model-providers/${provider}/models/credentials?${query.toString()}`;
  return parsed(credentials, await dify.get(path), dify).credentials?.endpoint_url ?? undefined;
}

function parsed<T>(schema: z.ZodType<T>, body: unknown, { address, version }: DifyConsole): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new ConsoleError("too-old", { address, words: version || "of an unknown version" });
}
