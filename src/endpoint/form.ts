/** Forms, which recordings are sent in. */

export interface Form {
  contentType: string;
  pieces: readonly Uint8Array[];
}

/**
 * The fields, in their order, as multipart: composed by the `openai` client. It is loaded by the first form,
 * because it takes longer to load, and more memory, than all that other requests need.
 */
export async function writeForm(fields: object): Promise<Form> {
  const { OpenAI } = await import("openai");
  // Everything is explicit: it would read OPENAI_* from the environment, which is the host's.
  const client = new OpenAI({
    apiKey: "none",
    baseURL: "http://localhost",
    organization: null,
    project: null,
    webhookSecret: null,
    adminAPIKey: null,
    maxRetries: 0,
    logLevel: "off",
  });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields) as [string, string | Blob][]) form.append(name, value);
  const { req } = await client.buildRequest({ method: "post", path: "/", body: form });
  // undici takes only its own FormData; Node's Response knows how to write this one.
  const encoded = new Response(req.body as FormData);
  return {
    contentType: encoded.headers.get("content-type") ?? "multipart/form-data",
    pieces: [new Uint8Array(await encoded.arrayBuffer())],
  };
}
