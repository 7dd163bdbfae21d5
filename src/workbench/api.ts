/** The routes that the contract lists. */
import { randomUUID } from "node:crypto";
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import type * as z from "zod";
import { connect } from "../../provider/connection.ts";
import { invocationFailure } from "../../provider/failures.ts";
import { tellingFor } from "../check/curl.ts";
import { modelListing } from "../check/model-listing.ts";
import { parseJson } from "../endpoint/parse-json.ts";
import type { CallRecord } from "./call-record.ts";
import * as contract from "./contract.ts";
import { faultState, switchFaults, unknownFault } from "./faults.ts";
import { fixtureOf, NoFixture } from "./fixture.ts";
import { ndjson } from "./ndjson.ts";
import { resolve } from "./resolve.ts";
import { failureOf, runCall } from "./run-call.ts";
import { storedModel, targetOf } from "./subject.ts";
import { validate } from "./validate.ts";
import type { Workshop } from "./workshop.ts";

/** Bytes of a request: an image or a recording of 48 MB as base64. */
const MAX_BODY = 64 * 1024 * 1024;

/** Milliseconds a server has to list its models. */
const LIST_TIMEOUT = 20_000;

/** A request that is refused; the message says why. */
class Refused extends Error {
  override readonly name = "Refused";
  readonly status: 400 | 404 | 409;

  constructor(status: 400 | 404 | 409, message: string) {
    super(message);
    this.status = status;
  }
}

export type Hello = Omit<contract.Bootstrap, "connection" | "secrets" | "faults" | "plugin">;

export function api(workshop: Workshop, hello: Hello): Hono {
  const app = new Hono();
  app.use(bodyLimit({ maxSize: MAX_BODY, onError: (context) => context.json(tooLarge, 413) }));
  app.onError((error, context) => {
    if (error instanceof Refused) return context.json({ error: error.message }, error.status);
    process.stderr.write(`${error.stack ?? error.message}\n`);
    return context.json({ error: "The workbench itself failed. Its terminal tells why." }, 500);
  });
  app.notFound((context) => context.json({ error: "There is nothing here." }, 404));
  addForm(app, workshop, hello);
  addPlugin(app, workshop);
  addRuns(app, workshop);
  addHistory(app, workshop);
  app.put("/faults", async (context) => {
    const { on } = await read(contract.faultChange, context);
    const unknown = unknownFault(on);
    if (unknown !== undefined) throw new Refused(400, `There is no fault "${unknown}".`);
    // To the plugin it is another server: what was learned of the one before would hide what this one does.
    if (switchFaults(workshop.demo, on)) void workshop.host.renew();
    return context.json(faultState(workshop.demo));
  });
  return app;
}

const tooLarge: contract.Refusal = { error: `That is more than ${MAX_BODY / 1024 / 1024} MB.` };

function addForm(app: Hono, workshop: Workshop, hello: Hello): void {
  const { secrets, form, demo, host } = workshop;
  app.get("/bootstrap", (context) =>
    context.json({
      ...hello,
      connection: workshop.connection,
      secrets: secrets.states,
      faults: faultState(demo),
      plugin: host.state,
    } satisfies contract.Bootstrap),
  );
  app.post("/resolve", async (context) => {
    const { values, ...rest } = await read(contract.connection, context);
    const open = Object.entries(values).filter(([variable]) => !isSecret(form, variable));
    workshop.connection = { ...rest, values: Object.fromEntries(open) };
    return context.json(resolve(workshop.connection, workshop));
  });
  app.post("/secrets", async (context) => {
    const { variable, value } = await read(contract.secretChange, context);
    if (!isSecret(form, variable)) throw new Refused(400, `"${variable}" is no secret field of the form.`);
    if (value === null) secrets.delete(variable);
    else secrets.set(variable, value);
    return context.json(secrets.states);
  });
}

function isSecret({ fields }: contract.Form, variable: string): boolean {
  return fields.some((field) => field.variable === variable && field.type === "secret-input");
}

function addPlugin(app: Hono, workshop: Workshop): void {
  const { host, provider } = workshop;
  app.get("/plugin", (context) => context.json(host.state));
  app.post("/models", async (context) => {
    const { type, models, values } = await read(contract.connection, context);
    const subject = { type, model: models[type] ?? "", values };
    return context.json(await listModels(subject, workshop));
  });
  app.post("/schema", async (context) => {
    const stored = storedModel(await read(contract.subject, context), workshop);
    try {
      const asked = { ...targetOf(stored, provider), action: "get_ai_model_schemas" };
      const [answer] = await host.aside(asked);
      const { model_schema: schema } = answer as { model_schema: contract.ModelSchema };
      return context.json({ schema } satisfies contract.SchemaAnswer);
    } catch (error) {
      const failure = failureOf(error, (text) => stored.scrub.text(text));
      return context.json({ error: failure } satisfies contract.SchemaAnswer);
    }
  });
  app.post("/voices", async (context) => {
    const { language, ...subject } = await read(contract.voicesRequest, context);
    const stored = storedModel({ ...subject, type: "tts" }, workshop);
    try {
      const asked = { ...targetOf(stored, provider), action: "get_tts_model_voices", language };
      const [answer] = await host.call(asked, {}, context.req.raw.signal);
      return context.json(answer as contract.VoicesAnswer);
    } catch (error) {
      const failure = failureOf(error, (text) => stored.scrub.text(text));
      return context.json({ voices: [], error: failure } satisfies contract.VoicesAnswer);
    }
  });
}

async function listModels(subject: contract.Subject, workshop: Workshop): Promise<contract.ModelList> {
  const stored = storedModel(subject, workshop);
  const { settings, credentials, scrub, type } = stored;
  try {
    const signal = AbortSignal.timeout(LIST_TIMEOUT);
    const target = { model_type: type, credentials };
    const connection = connect(target, settings, { signal, log: () => undefined });
    const listed = await connection.call({
      operation: "models",
      read: (answer) => answer.read(modelListing(workshop.typeOf)),
    });
    return { models: listed.map(({ id, type: of }) => ({ id, ...(of && { type: of }) })) };
  } catch (error) {
    const told = invocationFailure(error, settings);
    return { models: [], error: scrub.text(told instanceof Error ? told.message : String(told)) };
  }
}

function addRuns(app: Hono, workshop: Workshop): void {
  const running = new Map<string, AbortController>();
  function start(
    run: (id: string, tell: (event: object) => void, signal: AbortSignal) => Promise<void>,
  ): Response {
    const id = randomUUID();
    const stop = new AbortController();
    running.set(id, stop);
    return ndjson((tell) => run(id, tell, stop.signal).finally(() => running.delete(id)), stop);
  }
  app.post("/validate", async (context) => {
    const subject = await read(contract.subject, context);
    return start((id, tell, signal) => validate(subject, workshop, id, tell, signal));
  });
  app.post("/call", async (context) => {
    const call = await read(contract.callRequest, context);
    return start((id, tell, signal) => runCall(call, workshop, id, tell, signal));
  });
  app.post("/cancel", async (context) => {
    const { id } = await read(contract.cancellation, context);
    const stop = running.get(id);
    if (!stop) throw new Refused(404, "Nothing of that id is running.");
    stop.abort();
    return context.json({});
  });
}

function addHistory(app: Hono, { history }: Workshop): void {
  function recordOf(context: Context): CallRecord {
    const record = history.find(context.req.param("id") ?? "");
    if (!record) throw new Refused(404, "This call is not kept: it is too old, or was never made.");
    return record;
  }
  app.get("/calls", (context) => context.json(history.shown));
  app.get("/calls/:id", (context) => {
    const record = recordOf(context);
    return ndjson(async (tell) => record.kept.all.forEach(tell));
  });
  app.get("/calls/:id/raw/:n", (context) => {
    const bytes = recordOf(context).kept.raw(Number(context.req.param("n")));
    if (!bytes) throw new Refused(404, "This event has no bytes.");
    return context.body(Uint8Array.from(bytes), 200, {
      "content-type": "application/octet-stream",
      "content-disposition": "attachment",
    });
  });
  app.get("/calls/:id/curl/:exchange", (context) => {
    const { exchanges, stored } = recordOf(context);
    const recorded = exchanges[Number(context.req.param("exchange"))];
    if (!recorded) throw new Refused(404, "This call has no such request.");
    const command = stored.scrub.text(tellingFor(stored.settings).curl(recorded.exchange));
    return context.json({ command } satisfies contract.Curl);
  });
  app.get("/calls/:id/fixture", (context) => {
    const record = recordOf(context);
    try {
      return context.json(fixtureOf(record));
    } catch (error) {
      if (error instanceof NoFixture) throw new Refused(409, error.message);
      throw error;
    }
  });
}

/** @throws Refused naming the field */
async function read<T extends z.ZodType>(schema: T, context: Context): Promise<z.output<T>> {
  const parsed = schema.safeParse(parseJson(await context.req.text()));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Refused(400, `${issue?.path.join(".") || "The body"}: ${issue?.message ?? "is no JSON"}.`);
}
