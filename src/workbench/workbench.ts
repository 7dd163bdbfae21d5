/** The workbench of one launch: the page, what it asks, and the packaged plugin behind it. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { load } from "js-yaml";
import * as z from "zod";
import type { TypeOf } from "../check/model-listing.ts";
import type { ProbedProvider } from "../check/probe.ts";
import { serverOrigin } from "../check/server-origin.ts";
import { MODEL_TYPES } from "../check/stages.ts";
import { DEMO_MODELS } from "../demo/demo-models.ts";
import { startDemoEndpoint } from "../demo/server.ts";
import { readAddress } from "../endpoint/address.ts";
import { maskUrl } from "../endpoint/secrets.ts";
import { checksum, readArchive } from "../package/archive.ts";
import { api, type Hello } from "./api.ts";
import type { Connection, Locale, ModelType, Words } from "./contract.ts";
import { readProvider } from "./form.ts";
import { guard, newToken } from "./guard.ts";
import { History, KEEPS } from "./history.ts";
import { PluginHost } from "./plugin-host.ts";
import { SecretStore } from "./secret-store.ts";
import type { Workshop } from "./workshop.ts";

/** What the workbench needs besides its own code. */
export interface WorkbenchAssets {
  /** Name → bytes: `index.html`, and what it names. */
  readonly page: ReadonlyMap<string, Uint8Array>;
  /** The plugin's package, as it is uploaded to Dify. */
  readonly plugin: Uint8Array;
  /** `wire-tap.cjs` */
  readonly tap: Uint8Array;
}

export interface WorkbenchOptions {
  /** The plugin's models for the engine of `check`. */
  readonly engine: ProbedProvider;
  readonly typeOf: TypeOf;
  /** 0 takes any free port. */
  readonly port?: number;
  readonly language?: Locale;
  /** A server to begin with, in place of the embedded endpoint. */
  readonly server?: {
    readonly url: string;
    readonly type: ModelType;
    readonly model: string;
    readonly key?: { readonly value: string; readonly environment: string };
  };
  /** For tests: what is kept of earlier calls. */
  readonly keeps?: { readonly calls: number; readonly bytes: number };
}

export interface Workbench {
  /** With the token in its fragment. */
  readonly url: string;
  readonly version: string;
  /** Of the plugin's process. */
  readonly pid: number | undefined;
  /** The server it begins with, without secrets. */
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

/** Only this machine, by number: a name may be made to lead elsewhere. */
const ADDRESS = "127.0.0.1";

const manifest = z.object({ author: z.string(), name: z.string(), version: z.string() });

const TYPE_LABELS: Readonly<Record<ModelType, Words>> = {
  llm: { en_US: "Language model", zh_Hans: "大语言模型" },
  "text-embedding": { en_US: "Text embedding", zh_Hans: "文本嵌入" },
  rerank: { en_US: "Rerank", zh_Hans: "重排序" },
  speech2text: { en_US: "Speech to text", zh_Hans: "语音转文字" },
  tts: { en_US: "Text to speech", zh_Hans: "文字转语音" },
  moderation: { en_US: "Moderation", zh_Hans: "内容审核" },
};

/** Rejects when the port is taken, or with PluginGone when the plugin does not start. */
export async function startWorkbench(assets: WorkbenchAssets, options: WorkbenchOptions): Promise<Workbench> {
  const { server: begin, engine, typeOf, language = "en_US", keeps = KEEPS } = options;
  const files = readArchive(assets.plugin);
  const text = (path: string): string => Buffer.from(files.get(path) ?? []).toString("utf8");
  const { author, name, version } = manifest.parse(load(text("manifest.yaml")));
  const { provider, label, description, form } = readProvider(text(`provider/${name}.yaml`));

  const demo = await startDemoEndpoint();
  const host = await PluginHost.start(assets.plugin, assets.tap).catch(async (error: unknown) => {
    await demo.close();
    throw error;
  });
  const secrets = new SecretStore();
  const origin = begin && serverOrigin(begin.url);
  if (begin?.key && origin !== undefined) {
    secrets.setFromEnvironment("api_key", begin.key.value, begin.key.environment, origin);
  }
  const workshop: Workshop = {
    provider,
    form,
    secrets,
    demo,
    host,
    history: new History(keeps),
    engine,
    typeOf,
    connection: begin
      ? connectionTo(begin.url, { [begin.type]: begin.model }, begin.type)
      : connectionTo(demo.url, DEMO_MODELS),
  };
  const hello: Hello = {
    version,
    identifier: `${author}/${name}:${version}@${checksum(files)}`,
    language,
    provider: { label, description },
    types: MODEL_TYPES.map((type) => ({ type, label: TYPE_LABELS[type] })),
    form,
    demo: { url: demo.url, models: DEMO_MODELS },
    keeps,
  };

  const token = newToken();
  let own = "";
  const app = new Hono();
  app.use(guard(token, () => own));
  app.route("/api", api(workshop, hello));
  addPage(app, assets.page);
  const server = createServer(listenerOf(app));
  const close = async (): Promise<void> => {
    await Promise.all([closeServer(server), host.close(), demo.close()]);
  };
  try {
    server.listen(options.port ?? 0, ADDRESS);
    await once(server, "listening");
  } catch (error) {
    await close();
    throw error;
  }
  own = `${ADDRESS}:${portOf(server)}`;
  return {
    url: `http://${own}/#token=${token}`,
    pid: host.state.pid,
    endpoint: begin ? shown(begin.url) : demo.url,
    version,
    close,
  };
}

function connectionTo(url: string, models: Connection["models"], type: ModelType = "llm"): Connection {
  return { type, models, values: { endpoint_url: url } };
}

/** Without user, password and query values. */
function shown(url: string): string {
  const { base, query } = readAddress(url);
  return maskUrl(`${base}${query}`);
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** It holds nothing secret, and needs no token. */
function addPage(app: Hono, page: WorkbenchAssets["page"]): void {
  for (const [name, bytes] of page) {
    const type = CONTENT_TYPES[name.replace(/^.*\./, "")] ?? "application/octet-stream";
    const path = name === "index.html" ? "/" : `/${name}`;
    app.get(path, (context) => context.body(Uint8Array.from(bytes), 200, { "content-type": type }));
  }
}

function listenerOf(app: Hono) {
  // The listener must not swap the global Request and Response of the whole process.
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  return (...[request, response]: Parameters<typeof listener>): void => void listener(request, response);
}

function portOf(server: Server): number {
  const address = server.address();
  // A server that listens on TCP has one; only pipes and closed servers differ.
  if (address === null || typeof address === "string") throw new Error("The workbench has no port.");
  return address.port;
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const end = once(server, "close");
  server.close();
  server.closeAllConnections();
  await end;
}
